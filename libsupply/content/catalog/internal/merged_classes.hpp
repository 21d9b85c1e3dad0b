// Whose classes a Java archive holds, by their directories: to say of an archive into which libraries were merged that
// not all of them are named. Pure functions; a directory is not enough to name a library or its version.
// Source: The Java Language Specification, section 6.1 (packages are named by the domain of who made them).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/maven_pom.hpp"

namespace supply::catalog {

class MergedClasses {
 public:
  /// A member of the archive. What is none of its own classes (files, archives in it, WEB-INF/classes) is passed over.
  void see(std::string_view member);

  /// The directories whose classes are of none of the libraries ("io/grpc"), sorted, where it is sure that libraries
  /// were merged into the archive: another than it is itself is named in it, or its classes are of several makers that
  /// `own` does not explain. Else none. An archive's own classes often have another name than it has.
  std::vector<std::string> unexplained(const MavenCoordinates& own, const std::vector<MavenCoordinates>& others) const;
  /// Whether there were more directories than are told apart: those of unexplained() may not be all.
  bool is_cut() const { return is_cut_; }

 private:
  std::map<std::string, std::size_t, std::less<>> classes_;  // how many below each directory
  bool is_cut_ = false;
};

}  // namespace supply::catalog
