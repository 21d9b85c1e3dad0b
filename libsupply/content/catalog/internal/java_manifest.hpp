// The manifest of a Java archive. Pure functions.
// Source: JAR File Specification, "JAR Manifest"; OpenJDK, java.util.jar.Manifest and Attributes.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace supply::catalog {

/// The attributes of the main section, by their names in lower case. Of an attribute that is there twice the last one
/// counts. A line that is no attribute is passed over.
class JavaManifest {
 public:
  static JavaManifest parse(std::string_view text);

  /// The value, "" without one. A view into the manifest.
  std::string_view value(std::string_view name_in_lower_case) const;
  /// The same up to the first ';': OSGi's headers have directives and attributes behind it.
  std::string_view value_without_directives(std::string_view name_in_lower_case) const;

 private:
  std::map<std::string, std::string, std::less<>> attributes_;
};

}  // namespace supply::catalog
