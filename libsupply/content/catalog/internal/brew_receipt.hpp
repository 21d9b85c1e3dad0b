// What Homebrew keeps beside an installed formula. Pure functions.
// Source: Homebrew/brew, Library/Homebrew/tab.rb (INSTALL_RECEIPT.json), formula.rb (name, pkg_version), "Formula
// Cookbook" (license, homepage).
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/dpkg_database.hpp"

namespace supply::catalog {

/// The formula NAME in Cellar/NAME/VERSION, with what its receipt and its formula (each "" where there is none) say.
/// Draws nothing: the caller pays for both. Errors: malformed (the receipt); limit_exceeded.
Result<DebPackage> describe_keg(std::string_view name, std::string_view version, std::string_view receipt,
                                std::string_view formula);
/// What Supply uses of a formula: its lines of `license` and `homepage`.
std::string reduce_formula(std::string_view formula);

}  // namespace supply::catalog
