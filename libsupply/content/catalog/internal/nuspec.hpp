// A package of NuGet as it lies among the global packages: ID/VERSION/ID.nuspec. A pure function.
// Source: learn.microsoft.com/nuget, ".nuspec reference"; NuGet.Packaging, VersionFolderPathResolver.
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Errors: malformed (no id or no version), those of XML.
Result<DescribedPackage> parse_nuspec(std::string_view text);

}  // namespace supply::catalog
