// Files in which a library says its own version, and which stay when it is merged into another archive: pom.properties
// is often left out there, or the library was not built with Maven. Pure functions.
// Source: the libraries' own archives on Maven Central; each row was tried on them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/maven_pom.hpp"

namespace supply::catalog {

/// Whether a member of an archive is such a file, by its name.
bool is_java_version_file(std::string_view member);

/// A library that such a file names with its version.
struct StatedLibrary {
  MavenCoordinates coordinates;
  /// A directory or a file of the library's main classes, which must be in the archive too: others have the file as
  /// well. Empty: none have it.
  std::string_view classes;
};
/// What a file of that name says. Empty where it says no coordinates that Maven would take.
std::vector<StatedLibrary> libraries_of_version_file(std::string_view member, std::string_view content);

/// What a file that cannot be read is of.
struct NamedLibrary {
  std::string_view artifact;  ///< "scala-xml_": how it begins
  std::string_view classes;   ///< as of a StatedLibrary
};
/// Nothing where the name alone does not tell: any program may have a "META-INF/x.properties".
std::optional<NamedLibrary> library_of_version_file(std::string_view member);

/// The `classes` of all files, for callers that look at the archive's members.
std::vector<std::string_view> classes_of_version_files();

}  // namespace supply::catalog
