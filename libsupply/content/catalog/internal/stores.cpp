#include "libsupply/content/catalog/internal/stores.hpp"

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/directories.hpp"
#include "libsupply/content/catalog/internal/nix_store.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"

namespace supply::catalog {

Status read_stores(const Context& context, const Store& store, std::string_view databases, pkg::Inventory& catalog) {
  std::set<std::string, std::less<>> places;
  SUPPLY_TRY(const auto usual, context.find(store.directory));
  if (usual && usual->type == rootfs::EntryType::directory) places.insert(usual->path);
  for (const rootfs::CollectedFile& database : context.tree.collected(databases)) {
    const std::string_view path = database.file.path;
    if (!is_or_ends_with(path, store.database)) continue;
    const std::string root(path.substr(0, path.size() - store.database.size()));
    SUPPLY_TRY(const auto beside, context.find(root + std::string(store.directory)));
    if (beside && beside->type == rootfs::EntryType::directory) places.insert(beside->path);
    else
      SUPPLY_TRY(context.add(
          pkg::KnownUnknown{std::string(store.type), std::string(path), "a database without its store"}, catalog));
  }
  SUPPLY_TRY(const auto found, directories_in(context, places));
  PackageMemory made(context.share);
  std::vector<pkg::Package> packages;
  for (const auto& [place, directories] : found) {
    for (const NamedDirectory& directory : directories) {
      const auto name = parse_store_name(directory.name);
      if (!name) continue;
      SUPPLY_TRY(context.share.spend(
          Cost::memory, sizeof(pkg::Package) + kPackageTableBytes + kCopiesOfIdentity * directory.name.size()));
      SUPPLY_TRY(pkg::Package package, package_in_store(store.type, *name));
      package.location = place + "/" + directory.name;
      package.layer = context.layer_of(directory.file);
      packages.push_back(std::move(package));
    }
  }
  return add_all(context, made, std::move(packages), catalog);
}

Status owned_in_stores(const Context& context, const Store& store, const pkg::Inventory& catalog,
                       const OwnedPath& call) {
  std::map<std::string_view, std::size_t> packages;  // by directory
  std::set<std::string_view> places;                 // of stores
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    if (catalog.packages[i].cataloger != store.type) continue;
    packages[catalog.packages[i].location] = i;
    places.insert(directory_of(catalog.packages[i].location));
  }
  if (packages.empty()) return {};
  SUPPLY_TRY(context.share.spend(Cost::steps, context.tree.size() / 2));
  Status status;
  context.tree.for_each([&](const rootfs::File& file) {
    if (!status || file.type == rootfs::EntryType::directory) return;
    const std::string_view path = file.path;
    for (const std::string_view place : places) {
      if (!path.starts_with(place)) continue;
      const auto owner = packages.find(path.substr(0, path.find('/', place.size() + 1)));
      if (owner != packages.end() && owner->first.size() < path.size()) status = call(path, owner->second);
    }
  });
  return status;
}

}  // namespace supply::catalog
