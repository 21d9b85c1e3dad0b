// Installed npm packages, by their package.json. Pure functions.
// Source: https://docs.npmjs.com/cli/configuring-npm/package-json
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

struct NpmPackage {
  pkg::Package package;
  std::vector<std::string> requires_;  ///< names in dependencies, optionalDependencies and peerDependencies, sorted
};

/// Nothing for a package.json that names no package (no name, or no version): tools keep their settings in such files.
/// Errors: malformed, limit_exceeded.
Result<std::optional<NpmPackage>> parse_package_json(std::string_view text);

/// For the layers' facts: what matters of one package.json, or why it could not be read.
std::string to_record(const Result<std::optional<NpmPackage>>& parsed);
/// Back. Errors: those of parse_package_json.
Result<std::optional<NpmPackage>> from_record(std::string_view record);

}  // namespace supply::catalog
