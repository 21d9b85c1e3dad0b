// A package that conda, mamba or pixi installed: conda-meta/NAME-VERSION-BUILD.json of an environment. Pure functions.
// Source: conda documentation, "conda-meta"; conda/models/records.py (PrefixRecord); CEP 12 and purl-spec,
// types/conda-definition.json.
#pragma once

#include <functional>
#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Errors: malformed, limit_exceeded.
Result<DescribedPackage> parse_conda_package(std::string_view text);
/// Calls with each path, below the environment, of a file that it installed. Errors: malformed, limit_exceeded, those
/// of `call`.
Status for_each_conda_file(std::string_view text, const std::function<Status(std::string_view path)>& call);

}  // namespace supply::catalog
