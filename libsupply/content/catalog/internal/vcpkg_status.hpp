// Ports that vcpkg installed: installed/vcpkg/status with its journal (updates), and share/PORT/vcpkg.spdx.json. Pure
// functions.
// Source: vcpkg-tool, src/vcpkg/statusparagraph.cpp, vcpkglib.cpp (database_load), spdx.cpp; purl-spec,
// types/vcpkg-definition.json.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// The ports that are installed after one file of the database was read on top of `ports`, by "name:triplet".
/// Errors: malformed.
Status read_vcpkg_status(std::string_view text, std::map<std::string, DescribedPackage>& ports);
/// What the SPDX document of one port says. Errors: malformed, limit_exceeded.
Result<DescribedPackage> parse_vcpkg_spdx(std::string_view text, std::string_view triplet);

}  // namespace supply::catalog
