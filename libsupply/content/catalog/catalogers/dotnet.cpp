// .NET's packages: what the NAME.deps.json beside a program, or of a shared framework, says that it loads.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/deps_json.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants(std::string_view path) { return path.ends_with(".deps.json"); }

constexpr Select kSelects[] = {{Select::By::suffix, ".json"}};
const PathCollector kFiles({.name = "dotnet",
                            .selects = kSelects,
                            .wants = wants,
                            .limit = kMaxLanguageDatabaseBytes,
                            .reduce = keep_or_mark});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "dotnet", catalog, DescribedPackages::Elsewhere::no);
  for (const rootfs::CollectedFile& file : context.tree.collected(kFiles.name()))
    SUPPLY_TRY(packages.read(file, file.file.path, parse_deps_json));
  return packages.finish();
}

}  // namespace

const Cataloger& dotnet() {
  static constexpr std::string_view kTypes[] = {"nuget"};
  static constexpr Cataloger cataloger{.name = "dotnet", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
