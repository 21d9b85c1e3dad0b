// Packages that Swift's package manager checked out to build a project: .build/workspace-state.json, and the checkouts
// beside it.
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/directories.hpp"
#include "libsupply/content/catalog/internal/swift_workspace.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kState = "workspace-state.json", kManifest = "Package.swift";

// .build/checkouts/NAME/Package.swift
bool is_checkout(std::string_view path) { return base_name(directory_of(directory_of(path))) == "checkouts"; }

constexpr Select kStateSelects[] = {{Select::By::name, kState}};
constexpr Select kManifestSelects[] = {{Select::By::name, kManifest}};
constexpr PathCollector kStates({.name = "swift", .selects = kStateSelects, .limit = kMaxPackageMetadataBytes});
constexpr PathCollector kManifests(
    {.name = "swift-checkouts", .selects = kManifestSelects, .wants = is_checkout, .limit = 0, .reduce = keep_nothing});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kStates, &kManifests}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "swift", catalog, DescribedPackages::Elsewhere::no);
  std::set<std::string> named;  // directories of checkouts
  for (const rootfs::CollectedFile& file : context.tree.collected(kStates.name())) {
    const std::string build(directory_of(file.file.path));
    std::vector<std::string> missing;
    Status status;
    SUPPLY_TRY(packages.read(file, build, [&](std::string_view text) -> Result<DescribedList> {
      SUPPLY_TRY(std::vector<SwiftDependency> dependencies, parse_swift_workspace(text));
      DescribedList there;
      for (SwiftDependency& one : dependencies) {
        const std::string directory = path_from(build, one.directory);
        std::string scratch;
        const auto path = clean_path(directory, scratch);
        auto found = path ? context.find(*path) : Result<std::optional<rootfs::File>>(std::nullopt);
        if (!found) status = std::move(found).error();
        if (!status) return DescribedList{};
        if (*found && (*found)->type == rootfs::EntryType::directory && !one.directory.empty()) {
          named.insert((*found)->path);
          there.push_back(std::move(one.described));
        } else {
          missing.push_back(one.described.package.name);
        }
      }
      return there;
    }));
    if (!status) return status;
    if (!missing.empty())
      SUPPLY_TRY(packages.add_unknown(file.file.path,
                                      "names packages whose sources are not there: " + quote(join(missing, ", "))));
  }
  for (const rootfs::CollectedFile& file : context.tree.collected(kManifests.name())) {
    const std::string directory(directory_of(file.file.path));
    if (!named.contains(directory))
      SUPPLY_TRY(packages.add_unknown(directory, "a checkout of Swift's package manager without its state"));
  }
  return packages.finish();
}

}  // namespace

const Cataloger& swift() {
  static constexpr std::string_view kTypes[] = {"swift"};
  static constexpr Cataloger cataloger{.name = "swift", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
