// Nix's packages (NixOS, and images that Nix's dockerTools made): the store's directories, whose names say which they
// are.
#include "libsupply/content/catalog/internal/stores.hpp"

namespace supply::catalog::catalogers {
namespace {

constexpr Store kStore{"nix", "nix/store", "nix/var/nix/db/db.sqlite"};

}  // namespace

const Cataloger& nix() { return store_cataloger<kStore>(); }

}  // namespace supply::catalog::catalogers
