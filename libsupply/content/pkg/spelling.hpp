// How tools spell the packages of one purl type, and the one spelling in which they agree. Pure; any thread.
// Source: purl-spec, types/pypi-definition and golang-definition; PEP 503, "Normalized Names"; syft 1 and trivy 0.5x,
// by what they write.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/content/pkg/purl.hpp"

namespace supply::pkg {

/// "Zope.Interface" is "zope-interface". Source: packaging.python.org, "Names and normalization".
std::string normalized_python_name(std::string_view name);

/// A package and its version as they can be compared with another tool's: without qualifiers, but for an epoch.
struct AgreedForm {
  std::string package;  ///< "npm/@scope/name"
  std::string version;  ///< may be empty
};
AgreedForm agreed_form(const PurlParts& parts);

/// Whether tools make up a version where the package itself has none, each its own way: none of them can be checked.
bool has_made_up_versions(std::string_view type);
/// Whether a package of that agreed form names no package, but how it was built (Go's "command-line-arguments").
bool is_placeholder(std::string_view package);

}  // namespace supply::pkg
