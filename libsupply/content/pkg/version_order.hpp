// The order of versions, as the package manager of a package URL's type has it. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace supply::pkg {

/// Whether compare_versions() knows the order of the type's versions.
bool has_version_order(std::string_view purl_type);
/// Less than, equal to or greater than 0. Nothing where a text is no version of the type, or its order is not known.
/// Sources: deb-version(7); rpm, rpmio/rpmvercmp.c; apk-tools, src/version.c; PEP 440, "Summary of permitted suffixes
/// and relative ordering"; semver.org 2.0.0, section 11 (npm, cargo, golang with its "v", and others that took it
/// over).
std::optional<int> compare_versions(std::string_view purl_type, std::string_view a, std::string_view b);

}  // namespace supply::pkg
