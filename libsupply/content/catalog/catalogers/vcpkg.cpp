// C and C++ libraries that vcpkg installed: vcpkg/status and vcpkg/updates of an installed tree, and the SPDX documents
// of its ports, which are alone where a tree of one triplet was copied.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
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

constexpr Select kStatusSelects[] = {{Select::By::name, "status"}, {Select::By::directory, "updates"}};
constexpr Select kSpdxSelects[] = {{Select::By::name, "vcpkg.spdx.json"}};
const PathCollector kStatus({.name = "vcpkg",
                             .selects = kStatusSelects,
                             .wants = wants_status,
                             .limit = kMaxLanguageDatabaseBytes,
                             .reduce = keep_or_mark});
const PathCollector kSpdx({.name = "vcpkg-spdx",
                           .selects = kSpdxSelects,
                           .wants = wants_spdx,
                           .limit = kMaxPackageMetadataBytes,
                           .reduce = keep_or_mark});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kStatus, &kSpdx}; }

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

}  // namespace

const Cataloger& vcpkg() {
  static constexpr std::string_view kTypes[] = {"vcpkg"};
  static constexpr Cataloger cataloger{.name = "vcpkg", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
