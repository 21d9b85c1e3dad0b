// A package that is registered in a package database of GHC: NAME-VERSION.conf. Pure function.
// Source: GHC User's Guide, "InstalledPackageInfo: a package specification"; Cabal, Distribution.InstalledPackageInfo.
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Nothing for a library inside a package beside its main one: it is no package of its own. Others require it by its
/// unit identifier (`id`). Errors: malformed (no name or no version).
Result<DescribedList> parse_ghc_package(std::string_view text);

}  // namespace supply::catalog
