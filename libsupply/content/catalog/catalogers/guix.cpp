// Guix's packages (GNU Guix System, and images that guix pack made): the store's directories, whose names say which
// they are.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/stores.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr Store kStore{"guix", "gnu/store", "var/guix/db/db.sqlite"};

bool wants(std::string_view path) { return is_or_ends_with(path, kStore.database); }
std::string keep_nothing(std::string, bool) { return {}; }
std::size_t end_at_once(std::string_view) { return 0; }

// The store beside a database is one, wherever it is; the database is not read.
constexpr Select kSelects[] = {{Select::By::name, "db.sqlite"}};
constexpr std::string_view kWellKnown[] = {kStore.database};
const PathCollector kDatabases({.name = kStore.type,
                                .selects = kSelects,
                                .wants = wants,
                                .limit = kMaxPackageMetadataBytes,
                                .reduce = keep_nothing,
                                .ends_at = end_at_once,
                                .well_known = kWellKnown});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kDatabases}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  return read_stores(context, kStore, kDatabases.name(), catalog);
}

Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  return owned_in_stores(context, kStore, catalog, call);
}

}  // namespace

const Cataloger& guix() {
  static constexpr std::string_view kTypes[] = {"guix"};
  static constexpr Cataloger cataloger{
      .name = "guix", .types = kTypes, .collectors = collectors, .read = read, .owned = owned};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
