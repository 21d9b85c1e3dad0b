// What the Project.toml of a Julia package says. Pure function.
// Source: Pkg.jl documentation, "Project.toml and Manifest.toml"; julia, base/loading.jl (explicit_project_deps_get).
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Errors: malformed (no TOML; no name or no uuid: it is no package), limit_exceeded.
Result<DescribedPackage> parse_julia_project(std::string_view text);

}  // namespace supply::catalog
