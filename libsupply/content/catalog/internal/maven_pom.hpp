// What Maven writes into the archives that it builds: pom.properties and pom.xml. Pure functions.
// Source: maven.apache.org, "POM Reference", "Maven Archiver"; java.util.Properties.load; Maven's
// DefaultModelValidator.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

struct MavenCoordinates {
  std::string group, artifact, version;  ///< each valid or empty
  friend auto operator<=>(const MavenCoordinates&, const MavenCoordinates&) = default;
};

struct MavenPom {
  MavenCoordinates coordinates;       ///< what the pom does not say itself is its parent's
  std::string name;                   ///< a title for people
  std::string url, organization;      ///< empty without
  std::vector<std::string> licenses;  ///< their names, or where there is none their addresses
  /// "group:artifact" of the dependencies that the program needs when it runs; sorted.
  std::vector<std::string> requires_;
};

/// Whether Maven takes the text for a group or artifact id, or for a version.
bool is_maven_id(std::string_view text);
bool is_maven_version(std::string_view text);

/// Members that are missing or not valid are empty.
MavenCoordinates parse_pom_properties(std::string_view text);
/// Expressions ("${project.version}", the pom's own properties) are resolved; what has one left is empty.
/// Errors: those of xml::parse; malformed, when the root is not <project>.
Result<MavenPom> parse_pom(std::string_view text);

}  // namespace supply::catalog
