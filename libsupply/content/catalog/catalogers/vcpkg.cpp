// C and C++ libraries that vcpkg installed: vcpkg/status and vcpkg/updates of an installed tree, and the SPDX documents
// of its ports, which are alone where a tree of one triplet was copied.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/listed_purls.hpp"
#include "libsupply/content/catalog/internal/vcpkg_status.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants_status(std::string_view path) {
  return is_or_ends_with(path, "vcpkg/status") || is_or_ends_with(directory_of(path), "vcpkg/updates");
}

// INSTALLED/TRIPLET/share/PORT/vcpkg.spdx.json
std::string_view tree_of(std::string_view path) { return directory_of(directory_of(directory_of(path))); }
bool wants_spdx(std::string_view path) {
  return base_name(path) == "vcpkg.spdx.json" && base_name(directory_of(directory_of(path))) == "share";
}

// vcpkg/info/PORT_VERSION_TRIPLET.list, with paths below the installed tree.
bool wants_list(std::string_view path) {
  return is_or_ends_with(directory_of(path), "vcpkg/info") && path.ends_with(".list");
}

constexpr Select kListSelects[] = {{Select::By::suffix, ".list"}};
constexpr PathCollector kLists(
    {.name = "vcpkg-owned", .selects = kListSelects, .wants = wants_list, .limit = kMaxLanguageDatabaseBytes});

constexpr Select kStatusSelects[] = {{Select::By::name, "status"}, {Select::By::directory, "updates"}};
constexpr Select kSpdxSelects[] = {{Select::By::name, "vcpkg.spdx.json"}};
constexpr PathCollector kStatus(
    {.name = "vcpkg", .selects = kStatusSelects, .wants = wants_status, .limit = kMaxLanguageDatabaseBytes});
constexpr PathCollector kSpdx(
    {.name = "vcpkg-spdx", .selects = kSpdxSelects, .wants = wants_spdx, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kStatus, &kSpdx, &kLists}; }

struct Tree {
  rootfs::File file;
  std::map<std::string, DescribedPackage> ports;
};

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "vcpkg", catalog, DescribedPackages::Elsewhere::no);
  std::map<std::string, Tree> trees;  // by the installed tree; "status" comes before "updates"
  for (const rootfs::CollectedFile& file : context.tree.collected(kStatus.name())) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.content.size() / 4));
    SUPPLY_TRY(context.share.spend(Cost::memory, 8 * file.content.size()));
    std::string_view directory = directory_of(file.file.path);
    if (base_name(directory) == "updates") directory = directory_of(directory);
    Tree& tree = trees.try_emplace(std::string(directory_of(directory)), Tree{file.file, {}}).first->second;
    const Status read = file.content == kOverLimit ? Status(Error(ErrorCode::malformed, "longer than is read"))
                                                   : read_vcpkg_status(file.content, tree.ports);
    if (!read) SUPPLY_TRY(packages.add_unknown(file.file.path, read.error().message()));
  }
  for (const rootfs::CollectedFile& file : context.tree.collected(kSpdx.name())) {
    const std::string_view of_triplet = tree_of(file.file.path);
    const auto tree = trees.find(std::string(directory_of(of_triplet)));
    SUPPLY_TRY(
        packages.read(file, std::string(directory_of(of_triplet)), [&](std::string_view text) -> Result<DescribedList> {
          SUPPLY_TRY(DescribedPackage port, parse_vcpkg_spdx(text, base_name(of_triplet)));
          if (tree != trees.end()) {
            // Of what was removed a document may be left.
            const auto known = tree->second.ports.find(port.key);
            if (known == tree->second.ports.end()) return DescribedList{};
            port.requires_ = std::move(known->second.requires_);
            tree->second.ports.erase(known);
          }
          return DescribedList{std::move(port)};
        }));
  }
  for (auto& [place, tree] : trees)
    for (auto& [key, port] : tree.ports) SUPPLY_TRY(packages.add(tree.file, place, std::move(port)));
  return packages.finish();
}

Result<std::set<std::string>> listed(const Context& context, std::string_view, std::string_view content) {
  if (content == kOverLimit) return Error(ErrorCode::malformed, "longer than is read");
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + content.size() / 4));
  return listed_purls(context.share, [&]() -> Result<DescribedList> {
    SUPPLY_TRY(context.share.spend(Cost::memory, 8 * content.size()));
    std::map<std::string, DescribedPackage> ports;
    SUPPLY_TRY(read_vcpkg_status(content, ports));
    DescribedList list;
    for (auto& [key, port] : ports) list.push_back(std::move(port));
    return list;
  });
}

// The installed tree that a port is of, from where it was read: "TREE/vcpkg/status" (or a file of its journal), or
// "TREE/TRIPLET/share/PORT/vcpkg.spdx.json".
std::string_view installed_tree(std::string_view location) {
  if (wants_spdx(location)) return directory_of(tree_of(location));
  std::string_view directory = directory_of(location);
  if (base_name(directory) == "updates") directory = directory_of(directory);
  return directory_of(directory);
}

// A list is named PORT_VERSION_TRIPLET, with vcpkg's own way to write a version: the port and the triplet choose it.
Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  std::map<std::string, std::size_t, std::less<>> ports;  // "TREE PORT TRIPLET"
  const auto key = [](std::string_view tree, std::string_view port, std::string_view triplet) {
    return join(std::vector<std::string_view>{tree, port, triplet}, " ");
  };
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger == "vcpkg")
      ports.emplace(key(installed_tree(package.location), package.name, package.architecture), i);
  }
  if (ports.empty()) return {};
  for (const rootfs::CollectedFile& list : context.tree.collected(kLists.name())) {
    const std::string_view path = list.file.path, tree = directory_of(directory_of(directory_of(path)));
    // No name of a port, version or triplet has '_'.
    const std::string_view stem = base_name(path).substr(0, base_name(path).size() - 5);
    const std::size_t first = stem.find('_'), last = stem.rfind('_');
    if (first == last || list.content == kOverLimit) continue;
    const auto owner = ports.find(key(tree, stem.substr(0, first), stem.substr(last + 1)));
    if (owner == ports.end()) continue;
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + list.content.size() / 4));
    for (const std::string_view below : lines(list.content))
      if (!below.empty() && !below.ends_with('/'))
        SUPPLY_TRY(
            call(tree.empty() ? std::string(below) : std::string(tree) + "/" + std::string(below), owner->second));
  }
  return {};
}

}  // namespace

const Cataloger& vcpkg() {
  static constexpr std::string_view kTypes[] = {"vcpkg"};
  static constexpr Cataloger cataloger{
      .name = "vcpkg", .types = kTypes, .collectors = collectors, .read = read, .owned = owned, .listed = listed};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
