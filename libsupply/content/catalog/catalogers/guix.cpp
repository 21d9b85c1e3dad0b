// Guix's packages (GNU Guix System, and images that guix pack made): the store's directories, whose names say which
// they are.
#include "libsupply/content/catalog/internal/stores.hpp"

namespace supply::catalog::catalogers {
namespace {

constexpr Store kStore{"guix", "gnu/store", "var/guix/db/db.sqlite"};

}  // namespace

const Cataloger& guix() { return store_cataloger<kStore>(); }

}  // namespace supply::catalog::catalogers
