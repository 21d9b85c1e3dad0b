#include "libsupply/content/catalog/catalog.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <iterator>
#include <map>
#include <utility>

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
#include "libsupply/content/catalog/internal/system_files.hpp"
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

bool is_of_system(const Cataloger& cataloger) { return cataloger.owned != nullptr; }

// In which order catalogers begin: those of the image's system, whose packages others wait for, then the others by the
// bytes that were kept for them, most first.
struct Order {
  std::vector<std::size_t> catalogers;
  bool has_others = false;  // whether anything was kept for those
};

Order by_work(const Context& context, WithOwnedFiles files) {
  std::map<std::string_view, std::uint64_t> kept;  // by collector
  for (const rootfs::LayerScan* scan : context.tree.layers())
    for (const rootfs::Collected& each : scan->collected) kept[scan->collectors[each.collector]] += each.content.size();
  struct Work {
    bool others;
    std::uint64_t bytes;
    std::size_t cataloger;
  };
  std::vector<Work> work;
  for (const Cataloger* cataloger : all_catalogers()) {
    std::uint64_t bytes = 0;
    for (const rootfs::Collector* collector : cataloger->collectors(files)) bytes += kept[collector->name()];
    work.push_back({!is_of_system(*cataloger), bytes, work.size()});
  }
  std::stable_sort(work.begin(), work.end(), [](const Work& a, const Work& b) {
    return a.others != b.others ? a.others < b.others : a.bytes > b.bytes;
  });
  Order out;
  for (const Work& each : work) {
    out.catalogers.push_back(each.cataloger);
    out.has_others = out.has_others || (each.others && each.bytes != 0);
  }
  return out;
}

void append(std::vector<pkg::Package>& to, std::vector<pkg::Package> packages) {
  std::move(packages.begin(), packages.end(), std::back_inserter(to));
}

// Adds what each cataloger reads, beside each other: the packages of the image's system first, then in the order of the
// catalogers' names. What the system owns is read while the others still read.
Status read_catalogers(const Context& context, WithOwnedFiles files, std::deque<Share>& shares,
                       pkg::Inventory& catalog) {
  const auto catalogers = all_catalogers();
  const Order order = by_work(context, files);
  for (std::size_t i = 0; i <= catalogers.size(); ++i) shares.emplace_back(context.share.budget());
  std::vector<pkg::Inventory> found(catalogers.size());
  const auto context_of = [&](std::size_t share) {
    return Context{context.tree, context.layers, context.distribution, shares[share], context.env};
  };
  std::atomic<std::size_t> of_system = 0;
  for (const Cataloger* cataloger : catalogers) of_system += is_of_system(*cataloger) ? 1 : 0;
  const auto read_one = [&](std::size_t i) -> Status {
    const std::size_t at = order.catalogers[i];
    if (catalogers[at]->read != nullptr) SUPPLY_TRY(catalogers[at]->read(context_of(at), found[at]));
    if (!is_of_system(*catalogers[at]) || --of_system != 0) return {};
    for (std::size_t each = 0; each < catalogers.size(); ++each)
      if (is_of_system(*catalogers[each])) append(catalog.packages, std::exchange(found[each].packages, {}));
    // Whether it could be read matters to those who ask.
    if (order.has_others) static_cast<void>(context.system_files->read(context_of(catalogers.size()), catalog));
    return {};
  };
  SUPPLY_TRY(parallel_for(catalogers.size(), 0, read_one));
  std::size_t packages = catalog.packages.size();
  for (const pkg::Inventory& each : found) packages += each.packages.size();
  catalog.packages.reserve(packages);
  for (pkg::Inventory& each : found) {
    append(catalog.packages, std::move(each.packages));
    std::move(each.unknowns.begin(), each.unknowns.end(), std::back_inserter(catalog.unknowns));
    std::move(each.embedded.begin(), each.embedded.end(), std::back_inserter(catalog.embedded));
  }
  return {};
}

// The catalogers of the image's system, by the names that their packages have.
std::set<std::string_view> catalogers_of_system() {
  std::set<std::string_view> out;
  for (const Cataloger* cataloger : all_catalogers())
    if (is_of_system(*cataloger)) out.insert(cataloger->name);
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
  std::map<std::string, std::size_t> out;
  if (paths.empty()) return out;
  SystemFiles own;
  SystemFiles& files = context.system_files != nullptr ? *context.system_files : own;
  SUPPLY_TRY(files.read(context, catalog));
  std::set<std::string_view> names;
  for (const std::string& path : paths) names.insert(base_name(path));
  SUPPLY_TRY(files.each_named(names, [&](std::string_view path, std::size_t owner) -> Status {
    SUPPLY_TRY(const auto file, context.find(path));
    if (file && paths.contains(file->path)) out.emplace(file->path, owner);
    return {};
  }));
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
  SystemFiles system_files;
  const Context context{tree, layers, out.distribution, share, env, &system_files};
  SUPPLY_TRY(read_distribution(context, out.distribution, out));
  std::deque<Share> shares;  // of each cataloger; they hold the memory of what it adds
  SUPPLY_TRY(read_catalogers(context, files, shares, out));
  SUPPLY_TRY(add_misplaced_databases(context, out));
  for (const Cataloger* cataloger : all_catalogers())
    if (cataloger->relate != nullptr) SUPPLY_TRY(cataloger->relate(context, out));
  SUPPLY_TRY(link_embedded(context, out));
  for (const Digest& layer : layers) out.layers.push_back({layer, {}});
  // Each sets members of the packages that no other reads.
  Share of_owners(budget), of_licenses(budget);
  const Context owners{tree, layers, out.distribution, of_owners, env, &system_files};
  const Context licenses{tree, layers, out.distribution, of_licenses, env};
  Status status = parallel_for(3, 0, [&](std::size_t i) -> Status {
    if (i == 0) return add_introduced(context, out);
    if (i == 2) return conclude_licenses(licenses, out);
    SUPPLY_TRY(add_owners(owners, out));
    add_suppliers(out);
    return {};
  });
  SUPPLY_TRY(std::move(status));
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
    return std::tie(x.name, x.version, x.location, a.second) < std::tie(y.name, y.version, y.location, b.second);
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
