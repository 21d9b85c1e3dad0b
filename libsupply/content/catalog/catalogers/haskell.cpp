// Haskell packages that are registered with GHC: a .conf each in a package database, global, of a store or a project.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/ghc_package.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

// What GHC, cabal and stack name a database.
constexpr Select kSelects[] = {{Select::By::directory, "package.conf.d"},
                               {Select::By::directory, "package.db"},
                               {Select::By::directory, "packagedb"},
                               {Select::By::directory, "pkgdb"}};

bool wants(std::string_view path) {
  const std::string_view name = base_name(path);
  return name.size() > 5 && name.ends_with(".conf");
}

constexpr PathCollector kConfigurations(
    {.name = "haskell", .selects = kSelects, .wants = wants, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kConfigurations}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "haskell", catalog, DescribedPackages::Elsewhere::yes);
  for (const rootfs::CollectedFile& file : context.tree.collected(kConfigurations.name()))
    SUPPLY_TRY(packages.read(file, std::string(directory_of(file.file.path)), parse_ghc_package));
  return packages.finish();
}

}  // namespace

const Cataloger& haskell() {
  static constexpr std::string_view kTypes[] = {"hackage"};
  static constexpr Cataloger cataloger{.name = "haskell", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
