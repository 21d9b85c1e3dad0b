// The Maven group of well-known libraries whose archives do not state it: those that Gradle, Bazel, Ant and their like
// built. Each is known by its artifact and by what only it has: a directory of its classes, or a line of its manifest.
// Never guessed: each row was tried on the library's own archives from Maven Central. Pure functions.
// Source: repo.maven.apache.org, the coordinates under which each archive is published.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/content/catalog/internal/java_identity.hpp"

namespace supply::catalog {

struct KnownLibrary {
  std::string_view artifacts;  ///< separated by spaces; "grpc-*" begins so
  std::string_view group;
  /// What must be so, separated by " & ": "okio/" is a directory in the archive, "built-by=Spring" a line of the
  /// manifest, "version=1.*" the version in the file's name. In a value "{a}" stands for the artifact, "{.}" for it
  /// with
  /// '.' for '-', "{v}" for the version, and a '*' at the end for anything.
  std::string_view proof;
};

/// Looks for proofs while the names of an archive's members come by.
class MavenGroupSearch {
 public:
  /// `artifact` is the one in the archive's file name.
  explicit MavenGroupSearch(std::string_view artifact);
  /// Whether there is a library of that name.
  bool has_candidates() const { return !candidates_.empty(); }
  /// "" without candidates.
  const std::string& artifact() const { return artifact_; }
  void see(std::string_view member);
  /// The group, or "" where no library of that name is proved. The first row that is proved counts.
  std::string group(const JavaFileName& file, const JavaManifest& manifest) const;

 private:
  struct Wanted {
    std::string_view directory;
    bool seen = false;
  };
  std::string artifact_;
  std::vector<const KnownLibrary*> candidates_;
  std::vector<Wanted> wanted_;  // of all candidates
};

}  // namespace supply::catalog
