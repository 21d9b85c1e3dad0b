// Installed R packages, those of R itself too: what installed.packages() lists are the directories of a library that
// have Meta/package.rds. It is a serialized value of R; DESCRIPTION beside it says the same in text.
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/r_description.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants_meta(std::string_view path) { return is_or_ends_with(path, "Meta/package.rds"); }
bool wants_description(std::string_view path) { return base_name(path) == "DESCRIPTION"; }

constexpr Select kMetaSelects[] = {{Select::By::name, "package.rds"}};
constexpr Select kSelects[] = {{Select::By::name, "DESCRIPTION"}};
constexpr PathCollector kMeta(
    {.name = "r-meta", .selects = kMetaSelects, .wants = wants_meta, .limit = 0, .reduce = keep_nothing});
constexpr PathCollector kDescriptions(
    {.name = "r", .selects = kSelects, .wants = wants_description, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kMeta, &kDescriptions}; }

// Source: R, src/library/utils/R/packages.R (installed.packages, .readPkgDesc).
Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents descriptions(context.tree, kDescriptions.name());
  DescribedPackages packages(context, "r", catalog, DescribedPackages::Elsewhere::yes);
  for (const rootfs::CollectedFile& meta : context.tree.collected(kMeta.name())) {
    const std::string directory(directory_of(directory_of(meta.file.path)));
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + directory.size() / 8));
    auto description = descriptions.find(directory + "/DESCRIPTION");
    if (!description) {
      SUPPLY_TRY(packages.add_unknown(meta.file.path, "a package of R without its DESCRIPTION"));
      continue;
    }
    SUPPLY_TRY(packages.read_one(*description, std::string(directory_of(directory)), parse_r_description));
  }
  return packages.finish();
}

}  // namespace

const Cataloger& r() {
  static constexpr std::string_view kTypes[] = {"cran"};
  static constexpr Cataloger cataloger{.name = "r", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
