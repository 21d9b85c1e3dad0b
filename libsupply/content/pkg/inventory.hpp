// What is in an image or a source tree, as one value: what catalogers make, SBOM formats write and read back, and
// comparisons and the gate ask. No syntax of SPDX or CycloneDX is in it.
#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "libsupply/content/pkg/package.hpp"

namespace supply::pkg {

/// From os-release. The id is empty when there is none.
struct OperatingSystem {
  std::string id, version_id, pretty_name;
  /// "debian-12.15", as `distro` in purls has it; empty when unknown.
  std::string label() const;
};

/// Something in the tree that holds packages, or seems to, and was not read: metadata that is damaged, a database of a
/// kind that Supply does not read. Never silently dropped: while there is one, no list of packages is complete.
struct KnownUnknown {
  std::string cataloger, path, reason;
  /// "var/lib/rpm/Packages: a database of rpm, which Supply does not read"
  std::string to_string() const { return path + ": " + reason; }
  friend auto operator<=>(const KnownUnknown&, const KnownUnknown&) = default;
};

/// A layer of an image, and what the image's history says made it.
struct Layer {
  Digest digest;           ///< of the blob
  std::string created_by;  ///< the instruction; empty where the history has none for it, or shows a credential
};

/// A file that is not as its package's database recorded it when the package was installed.
struct ChangedFile {
  /// unchecked: its checksum is of a kind that was not computed.
  enum class Kind { changed, deleted, unchecked };
  std::string path;     ///< without leading '/'
  std::string package;  ///< purl (to_string) of the package that it belongs to
  Kind kind = Kind::changed;
  bool configuration = false;   ///< its package expects that it is edited
  Checksum expected;            ///< as the database has it
  std::string found;            ///< the same of the file that is there, in hex; empty of what is no regular file
  std::optional<Digest> layer;  ///< blob digest of the layer that holds what is there
  friend auto operator<=>(const ChangedFile& a, const ChangedFile& b) {
    return std::tie(a.path, a.package, a.expected) <=> std::tie(b.path, b.package, b.expected);
  }
  friend bool operator==(const ChangedFile& a, const ChangedFile& b) { return (a <=> b) == 0; }
};

/// A regular file with an x bit, or an ELF file, that no package owns.
struct UnownedExecutable {
  std::string path;  ///< without leading '/'
  std::optional<Digest> layer;
};

/// An SBOM that lies in the image: what somebody says of packages, and no list of what is installed.
struct EmbeddedSbom {
  std::string path;    ///< without leading '/'
  std::string format;  ///< "SPDX-2.3", "CycloneDX-1.6"; "unread: " and why where it cannot be read
  std::optional<Digest> layer;
  std::string sha1, sha256;            ///< of the file, in hex; empty of one over the limit
  std::vector<std::string> listed;     ///< purls of what it lists, as written, sorted
  std::vector<std::string> describes;  ///< purls (to_string) of packages of the inventory that are among them, sorted
  /// Of those, what they were made from: (purl in the inventory, purl as written), sorted.
  std::vector<std::pair<std::string, std::string>> generated_from;
};

struct Inventory {
  OperatingSystem distribution;
  std::vector<Layer> layers;           ///< lowest first; of an image only
  std::vector<Package> packages;       ///< sorted, no duplicates
  std::vector<KnownUnknown> unknowns;  ///< sorted; at most kMaxKnownUnknowns and one that counts the others
  std::vector<EmbeddedSbom> embedded;  ///< sorted by path
  /// Sorted; found out only where files are asked for.
  std::vector<ChangedFile> changed;
  std::vector<UnownedExecutable> unowned;
};

}  // namespace supply::pkg
