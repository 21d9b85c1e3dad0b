// Slices of Ubuntu's packages that Chisel put into an image, by its manifest. An image may have dpkg's database as
// well, of the same packages or of others: each lists its own.
#include <map>

#include "libsupply/base/archive/decompress.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/chisel_manifest.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kManifest = "var/lib/chisel/manifest.wall";
constexpr std::string_view kWellKnown[] = {kManifest};
// A release's slices say where it is generated, so that it may be anywhere.
constexpr Select kSelects[] = {{Select::By::name, "manifest.wall"}};
constexpr PathCollector kManifests(
    {.name = "chisel", .selects = kSelects, .limit = kMaxCollectedFileBytes, .well_known = kWellKnown});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kManifests}; }

// The root of the system that a manifest is of: empty, or "some/chroot/".
std::string root_of(std::string_view manifest) {
  return is_or_ends_with(manifest, kManifest) ? std::string(manifest.substr(0, manifest.size() - kManifest.size()))
                                              : std::string();
}

// Unpacks a manifest into the reader. `budget` fails with the run's budget, which stops the run; what is wrong with the
// manifest does not.
Status unpack(const Context& context, std::string_view packed, ChiselReader& reader, Status& budget) {
  archive::Decompressor decompressor(
      [&](std::string_view part) -> Status {
        budget = context.share.spend(Cost::unpacked, part.size());
        if (budget) budget = context.share.spend(Cost::steps, 1 + part.size() / 10);
        return budget ? reader.feed(part) : budget;
      },
      {.bytes = kMaxJsonBytes});
  SUPPLY_TRY(decompressor.feed(packed));
  SUPPLY_TRY(decompressor.finish());
  return reader.finish();
}

Status read_one(const Context& context, const rootfs::CollectedFile& manifest, pkg::Inventory& catalog) {
  const Contents copyrights(context.tree, "dpkg-copyright");  // what the cataloger of dpkg collects
  const std::string root = root_of(manifest.file.path);
  std::vector<pkg::Package> packages;
  Status budget;
  PackageMemory made(context.share);
  ChiselReader reader({.package = [&](pkg::Package package) -> Status {
    budget = context.share.spend(Cost::memory, sizeof package + kPackageTableBytes +
                                                   kCopiesOfIdentity * (package.name.size() + package.version.size() +
                                                                        package.architecture.size()));
    if (!budget) return budget;
    SUPPLY_TRY(finish_chisel_package(context.distribution, package));
    set_debian_license(copyrights, root, package);
    package.location = manifest.file.path;
    package.layer = context.layer_of(manifest.file);
    packages.push_back(std::move(package));
    return {};
  }});
  const Status read = unpack(context, manifest.content, reader, budget);
  SUPPLY_TRY(std::move(budget));
  if (!read) SUPPLY_TRY(context.add(pkg::KnownUnknown{"chisel", manifest.file.path, read.error().message()}, catalog));
  return add_all(context, made, std::move(packages), catalog);
}

Status read(const Context& context, pkg::Inventory& catalog) {
  for (const rootfs::CollectedFile& manifest : context.tree.collected(kManifests.name()))
    SUPPLY_TRY(read_one(context, manifest, catalog).at("manifest of Chisel " + manifest.file.path));
  return {};
}

Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  std::map<std::string_view, std::map<std::string_view, std::size_t>> packages;  // by manifest and name
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger == "chisel") packages[package.location][package.name] = i;
  }
  if (packages.empty()) return {};
  const Contents manifests(context.tree, kManifests.name());
  for (const auto& [location, by_name] : packages) {
    const auto manifest = manifests.find(location);
    if (!manifest) continue;
    const std::string root = root_of(location);
    Status budget;  // or what the call says
    ChiselReader reader(
        {.path = [&, &names = by_name](std::string_view path, const std::vector<std::string>& owners) -> Status {
          if (path.ends_with('/')) return {};
          for (const std::string& name : owners) {
            const auto owner = names.find(name);
            if (owner != names.end() && budget) budget = call(root + std::string(path), owner->second);
          }
          return budget;
        }});
    const Status read = unpack(context, manifest->content, reader, budget);
    if (!budget) return budget;  // that a manifest is damaged was said by read()
  }
  return {};
}

}  // namespace

const Cataloger& chisel() {
  static constexpr std::string_view kTypes[] = {"deb"};
  static constexpr Cataloger cataloger{
      .name = "chisel", .types = kTypes, .collectors = collectors, .read = read, .owned = owned};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
