// What an installed R package says of itself: the file DESCRIPTION beside Meta/package.rds. Pure functions.
// Source: Writing R Extensions, 1.1.1 "The DESCRIPTION file" and 1.1.2 "Licensing"; R, src/library/base/R/dcf.R.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Errors: malformed (no name or no version: R installs no such package).
Result<DescribedPackage> parse_r_description(std::string_view text);
/// The alternatives in a License field, in SPDX's words where R's own are standard: "GPL (>= 2) | MIT + file LICENSE"
/// is "GPL-2.0-or-later" and "MIT".
std::vector<std::string> r_licenses(std::string_view field);

}  // namespace supply::catalog
