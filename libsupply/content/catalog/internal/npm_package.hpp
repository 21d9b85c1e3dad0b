// Installed npm packages, by their package.json. Pure functions.
// Source: https://docs.npmjs.com/cli/configuring-npm/package-json
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/catalog/internal/package_json.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog {

/// What one package.json says. Name and version may be empty: node loads a directory in node_modules whatever they are.
struct NpmPackage {
  pkg::Package package;                ///< no purl and no licence yet; see identify and licenses
  std::vector<std::string> licenses;   ///< as written; several are a choice
  std::vector<std::string> requires_;  ///< names in dependencies, optionalDependencies and peerDependencies, sorted
  std::string odd;                     ///< of "name" and "version", which is there and is no text; empty: none
};

NpmPackage to_npm_package(PackageJson read);
/// Sets the purl from name and version. Errors: malformed (no name, a scope without a name).
Status identify(NpmPackage& npm);
/// The licence that a choice of texts states.
license::Declared npm_license(const std::vector<std::string>& licenses);

/// One whole package.json, with purl and licence. Nothing for one that names no package (no name, or no version): tools
/// keep their settings in such files. Errors: malformed, limit_exceeded.
Result<std::optional<NpmPackage>> parse_package_json(std::string_view text);

/// For the layers' facts: what matters of one package.json, or why it could not be read.
std::string to_record(const Result<NpmPackage>& read);
/// Back. Errors: those that were put in.
Result<NpmPackage> from_record(std::string_view record);

}  // namespace supply::catalog
