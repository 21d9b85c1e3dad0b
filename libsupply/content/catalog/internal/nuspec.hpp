// A package of NuGet as it lies in the folder of global packages: ID/VERSION/ID.nuspec. A pure function.
// Source: learn.microsoft.com/nuget, ".nuspec reference", "Managing the global packages folder".
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Errors: malformed (no id or no version), those of XML.
Result<DescribedPackage> parse_nuspec(std::string_view text);

}  // namespace supply::catalog
