#include "libsupply/content/catalog/catalog.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/parallel/parallel.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/embedded_links.hpp"
#include "libsupply/content/catalog/internal/introduced.hpp"
#include "libsupply/content/catalog/internal/license_files.hpp"
#include "libsupply/content/catalog/internal/misplaced_databases.hpp"
#include "libsupply/content/catalog/internal/os_release.hpp"
#include "libsupply/content/catalog/internal/supplier.hpp"
#include "libsupply/content/catalog/internal/tree_state.hpp"
#include "libsupply/content/pkg/package_cost.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kReleaseFiles[] = {"etc/os-release", "usr/lib/os-release", "etc/debian_version"};

bool wants_release(std::string_view path) {
  return std::find(std::begin(kReleaseFiles), std::end(kReleaseFiles), path) != std::end(kReleaseFiles);
}

constexpr rootfs::Select kReleaseSelects[] = {{rootfs::Select::By::name, "os-release"},
                                              {rootfs::Select::By::name, "debian_version"}};
constexpr PathCollector kRelease({.name = "os-release",
                                  .version = 3,
                                  .selects = kReleaseSelects,
                                  .wants = wants_release,
                                  .limit = kMaxOsReleaseBytes,
                                  .reduce = keep_or_mark,
                                  .well_known = kReleaseFiles});

Status read_distribution(const Context& context, pkg::OperatingSystem& distribution, pkg::Inventory& catalog) {
  const Contents files(context.tree, kRelease.name());
  std::map<std::string_view, std::string_view> contents;
  for (const std::string_view path : kReleaseFiles) {
    const auto file = files.find(path);
    if (file && file->content == kOverLimit) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"os-release", std::string(path), "longer than is read"}, catalog));
    } else if (file) {
      contents[path] = file->content;
    }
  }
  const std::string_view local = contents[kReleaseFiles[0]];
  distribution = parse_os_release(local.empty() ? contents[kReleaseFiles[1]] : local, contents[kReleaseFiles[2]]);
  return {};
}

// Adds what each cataloger reads, beside each other, in the order of their names.
Status read_catalogers(const Context& context, std::deque<Share>& shares, pkg::Inventory& catalog) {
  const auto catalogers = all_catalogers();
  for (std::size_t i = 0; i < catalogers.size(); ++i) shares.emplace_back(context.share.budget());
  std::vector<pkg::Inventory> found(catalogers.size());
  SUPPLY_TRY(parallel_for(catalogers.size(), 0, [&](std::size_t i) -> Status {
    if (catalogers[i]->read == nullptr) return {};
    const Context own{context.tree, context.layers, context.distribution, shares[i], context.env};
    return catalogers[i]->read(own, found[i]);
  }));
  for (pkg::Inventory& each : found) {
    std::move(each.packages.begin(), each.packages.end(), std::back_inserter(catalog.packages));
    std::move(each.unknowns.begin(), each.unknowns.end(), std::back_inserter(catalog.unknowns));
    std::move(each.embedded.begin(), each.embedded.end(), std::back_inserter(catalog.embedded));
  }
  return {};
}

// The catalogers of the image's system, by the names that their packages have.
std::set<std::string_view> catalogers_of_system() {
  std::set<std::string_view> out;
  for (const Cataloger* cataloger : all_catalogers())
    if (cataloger->owned != nullptr) out.insert(cataloger->name);
  return out;
}

// The file that a package was read from; of one within an archive ("app.war!/lib/a.jar"), the archive.
std::string file_of(const pkg::Package& package) { return package.location.substr(0, package.location.find("!/")); }

// Package::owner of what an ecosystem's metadata says and a package of the system brought.
Status add_owners(const Context& context, pkg::Inventory& catalog) {
  const std::set<std::string_view> of_system = catalogers_of_system();
  std::set<std::string> paths;
  for (const pkg::Package& package : catalog.packages) {
    if (of_system.contains(package.cataloger)) continue;
    SUPPLY_TRY(context.share.spend(Cost::memory, 2 * (sizeof package.location + package.location.size())));
    paths.insert(file_of(package));
  }
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, paths));
  if (owned.empty()) return {};
  for (pkg::Package& package : catalog.packages) {
    if (of_system.contains(package.cataloger)) continue;
    const auto owner = owned.find(file_of(package));
    if (owner != owned.end()) package.owner = catalog.packages[owner->second].purl.to_string();
  }
  return {};
}

// Where metadata names nobody: the supplier of the system's package that brought it, else by where it comes from.
void add_suppliers(pkg::Inventory& catalog) {
  const std::set<std::string_view> of_system = catalogers_of_system();
  std::map<std::string, std::string_view> suppliers;  // of the system's packages, by purl
  for (const pkg::Package& package : catalog.packages)
    if (!package.supplier.empty() && of_system.contains(package.cataloger))
      suppliers.emplace(package.purl.to_string(), package.supplier);
  for (pkg::Package& package : catalog.packages) {
    if (!package.supplier.empty()) continue;
    const auto owner = suppliers.find(package.owner);
    package.supplier =
        owner != suppliers.end() ? std::string(owner->second) : supplier_by_origin(package, catalog.distribution);
  }
}

// The files as the tree has them, in Package::files.
Status add_files(const Context& context, pkg::Inventory& catalog) {
  std::map<std::size_t, std::set<std::string>> files;
  const OwnedPath call = [&](std::string_view path, std::size_t owner) -> Status {
    SUPPLY_TRY(auto file, context.find(path));
    if (!file || file->type != rootfs::EntryType::file) return {};
    SUPPLY_TRY(context.share.spend(Cost::memory, 2 * (sizeof file->path + file->path.size())));
    files[owner].insert(std::move(file->path));
    return {};
  };
  for (const Cataloger* cataloger : all_catalogers())
    if (cataloger->owned != nullptr) SUPPLY_TRY(cataloger->owned(context, catalog, call));
  for (const auto& [owner, paths] : files) catalog.packages[owner].files.assign(paths.begin(), paths.end());
  return {};
}

}  // namespace

std::optional<Digest> Context::layer_of(const rootfs::File& file) const {
  if (file.entry == nullptr || file.layer >= layers.size()) return std::nullopt;
  return layers[file.layer];
}

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files) {
  std::vector<const rootfs::Collector*> out = {&kRelease, &license_files()};
  if (files == WithOwnedFiles::yes) out.push_back(&elf_files());
  for (const Cataloger* cataloger : all_catalogers()) {
    const auto more = cataloger->collectors(files);
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

Status Context::add(pkg::Package package, pkg::Inventory& catalog) const {
  SUPPLY_TRY(pkg::spend_package(package, share));
  catalog.packages.push_back(std::move(package));
  return {};
}

Status Context::add(pkg::KnownUnknown unknown, pkg::Inventory& catalog) const {
  SUPPLY_TRY(share.spend(Cost::memory, sizeof unknown + unknown.path.size() + unknown.reason.size()));
  catalog.unknowns.push_back(std::move(unknown));
  return {};
}

std::vector<std::string_view> Context::paths_in(std::string_view variable) const {
  std::vector<std::string_view> out;
  for (const std::string_view one : env)
    if (one.starts_with(variable) && one.substr(variable.size()).starts_with('='))
      for (const std::string_view path : split(one.substr(variable.size() + 1), ':'))
        if (!path.empty()) out.push_back(path);
  return out;
}

Result<std::map<std::string, std::size_t>> owned_by_system(const Context& context, const pkg::Inventory& catalog,
                                                           const std::set<std::string>& paths) {
  // A system owns many files, of which hardly any has the name of one that is asked for: most are told by a hash alone.
  constexpr std::size_t kHashes = 1 << 16;
  const auto hash_of = [](std::string_view name) { return std::hash<std::string_view>()(name) % kHashes; };
  std::vector<bool> hashes(kHashes);
  std::set<std::string_view> names;
  for (const std::string& path : paths) {
    const std::string_view name = *names.insert(base_name(path)).first;
    hashes[hash_of(name)] = true;
  }
  std::map<std::string, std::size_t> out;
  const OwnedPath call = [&](std::string_view path, std::size_t owner) -> Status {
    const std::string_view name = base_name(path);
    if (!hashes[hash_of(name)] || !names.contains(name)) return {};
    SUPPLY_TRY(const auto file, context.find(path));
    if (file && paths.contains(file->path)) out.emplace(file->path, owner);
    return {};
  };
  if (paths.empty()) return out;
  for (const Cataloger* cataloger : all_catalogers())
    if (cataloger->owned != nullptr) SUPPLY_TRY(cataloger->owned(context, catalog, call));
  return out;
}

Result<std::optional<rootfs::File>> Context::find(std::string_view path) const {
  SUPPLY_TRY(share.spend(Cost::steps, 10 + path.size() / 8));
  return tree.find(path);
}

Result<pkg::Inventory> read(const rootfs::FileTree& tree, const std::vector<Digest>& layers, Budget& budget,
                            const std::vector<std::string>& env, WithOwnedFiles files) {
  pkg::Inventory out;
  Share share(budget);
  const Context context{tree, layers, out.distribution, share, env};
  SUPPLY_TRY(read_distribution(context, out.distribution, out));
  std::deque<Share> shares;  // of each cataloger; they hold the memory of what it adds
  SUPPLY_TRY(read_catalogers(context, shares, out));
  SUPPLY_TRY(add_misplaced_databases(context, out));
  for (const Cataloger* cataloger : all_catalogers())
    if (cataloger->relate != nullptr) SUPPLY_TRY(cataloger->relate(context, out));
  SUPPLY_TRY(link_embedded(context, out));
  for (const Digest& layer : layers) out.layers.push_back({layer, {}});
  Share other(budget);
  const Context beside{tree, layers, out.distribution, other, env};
  Status status = parallel_for(2, 0, [&](std::size_t i) -> Status {
    if (i == 0) return add_introduced(context, out);
    SUPPLY_TRY(add_owners(beside, out));
    add_suppliers(out);
    return {};
  });
  SUPPLY_TRY(std::move(status));
  SUPPLY_TRY(conclude_licenses(context, out));
  if (files == WithOwnedFiles::yes) {
    SUPPLY_TRY(add_files(context, out));
    SUPPLY_TRY(add_changed_files(context, out));
    SUPPLY_TRY(add_unowned_executables(context, out));
  }

  std::vector<pkg::Package>& packages = out.packages;
  // The purl's text is made once for each package, not for each comparison.
  std::vector<std::pair<std::string, std::size_t>> order;
  order.reserve(packages.size());
  for (std::size_t i = 0; i < packages.size(); ++i) order.emplace_back(packages[i].purl.to_string(), i);
  std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const pkg::Package& x = packages[a.second];
    const pkg::Package& y = packages[b.second];
    return std::tie(x.name, x.version, x.location) < std::tie(y.name, y.version, y.location);
  });
  std::vector<pkg::Package> sorted;
  sorted.reserve(packages.size());
  const std::string* last = nullptr;  // the purl of sorted.back()
  for (const auto& [purl, i] : order) {
    const bool again = !sorted.empty() && purl == *last && sorted.back().location == packages[i].location &&
                       sorted.back().name == packages[i].name && sorted.back().version == packages[i].version;
    if (again) continue;
    last = &purl;
    sorted.push_back(std::move(packages[i]));
  }
  packages = std::move(sorted);
  std::sort(out.unknowns.begin(), out.unknowns.end());
  out.unknowns.erase(std::unique(out.unknowns.begin(), out.unknowns.end()), out.unknowns.end());
  if (out.unknowns.size() > kMaxKnownUnknowns) {
    const std::size_t more = out.unknowns.size() - kMaxKnownUnknowns;
    out.unknowns.resize(kMaxKnownUnknowns);
    out.unknowns.push_back({"", "/", std::to_string(more) + " more could not be read"});
    std::sort(out.unknowns.begin(), out.unknowns.end());
  }
  return out;
}

}  // namespace supply::catalog
