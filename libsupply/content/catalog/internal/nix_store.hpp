// Names in the stores of Nix and Guix. Pure functions.
// Source: Nix 2.8, src/libstore/names.cc (DrvName), src/libstore/path.cc; Nix manual, "Store path"; Guix,
// guix/build/utils.scm (package-name->name+version), guix/store.scm.
#pragma once

#include <optional>
#include <string_view>

#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

struct StoreName {
  std::string_view hash;     ///< 32 letters and digits
  std::string_view name;     ///< "glibc"
  std::string_view version;  ///< "2.38-27"; may be empty
  std::string_view output;   ///< "dev"; empty for the main one
};

/// What "HASH-glibc-2.38-27-dev" says, in views into it: the version begins at the first dash that no letter follows,
/// and an output of a usual name is none of it. Nothing for what is no store path, or no package: a derivation, a lock,
/// a fetched source.
std::optional<StoreName> parse_store_name(std::string_view name);
/// The package of the store of "nix" or "guix". Errors: malformed.
Result<pkg::Package> package_in_store(std::string_view type, const StoreName& name);

}  // namespace supply::catalog
