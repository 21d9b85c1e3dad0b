// What the catalogers of Nix and Guix have in common.
#pragma once

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"

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

/// The cataloger of one kind of store. The store beside a database is one, wherever it is; the database is not read.
template <const Store& kStore>
const Cataloger& store_cataloger() {
  static constexpr rootfs::Select kSelects[] = {{rootfs::Select::By::name, "db.sqlite"}};
  static constexpr std::string_view kTypes[] = {kStore.type}, kWellKnown[] = {kStore.database};
  static const PathCollector kDatabases(
      {.name = kStore.type,
       .selects = kSelects,
       .wants = [](std::string_view path) { return is_or_ends_with(path, kStore.database); },
       .limit = kMaxPackageMetadataBytes,
       .reduce = keep_nothing,
       .ends_at = [](std::string_view) { return std::size_t{0}; },
       .well_known = kWellKnown});
  static const Cataloger cataloger{
      .name = kStore.type,
      .types = kTypes,
      .collectors = [](WithOwnedFiles) { return std::vector<const rootfs::Collector*>{&kDatabases}; },
      .read = [](const Context& context,
                 pkg::Inventory& catalog) { return read_stores(context, kStore, kDatabases.name(), catalog); },
      .owned = [](const Context& context, const pkg::Inventory& catalog,
                  const OwnedPath& call) { return owned_in_stores(context, kStore, catalog, call); }};
  return cataloger;
}

}  // namespace supply::catalog
