// What the catalogers of Nix and Guix have in common.
#pragma once

#include "libsupply/content/catalog/cataloger.hpp"

namespace supply::catalog {

struct Store {
  std::string_view type;       ///< "nix": the cataloger's name and the type of its purls
  std::string_view directory;  ///< "nix/store", below the root of the system
  std::string_view database;   ///< "nix/var/nix/db/db.sqlite"
};

/// Adds a package for each directory in the store at the root, and in those beside the databases that `databases` (the
/// name of a collector) found; where there is a database and no store, a known unknown. Errors: limit_exceeded.
Status read_stores(const Context& context, const Store& store, std::string_view databases, pkg::Inventory& catalog);
/// See Cataloger::owned: all that is in a package's directory.
Status owned_in_stores(const Context& context, const Store& store, const pkg::Inventory& catalog,
                       const OwnedPath& call);

}  // namespace supply::catalog
