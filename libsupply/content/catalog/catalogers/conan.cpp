// C and C++ libraries that Conan installed: the cache of Conan 1, and what Conan 2 deployed. The cache of Conan 2 names
// its packages only in a database.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/conan_info.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr Select kSelects[] = {{Select::By::name, "conaninfo.txt"}};
const PathCollector kFiles(
    {.name = "conan", .selects = kSelects, .limit = kMaxPackageMetadataBytes, .reduce = keep_or_mark});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "conan", catalog, DescribedPackages::Elsewhere::yes);
  for (const rootfs::CollectedFile& file : context.tree.collected(kFiles.name())) {
    const auto reference = conan_reference_of(file.file.path);
    if (!reference) {
      SUPPLY_TRY(packages.add_unknown(file.file.path, "a package of Conan whose name is elsewhere"));
      continue;
    }
    SUPPLY_TRY(packages.read_one(file, "", [&](std::string_view text) { return parse_conan_info(text, *reference); }));
  }
  return packages.finish();
}

}  // namespace

const Cataloger& conan() {
  static constexpr std::string_view kTypes[] = {"conan"};
  static constexpr Cataloger cataloger{.name = "conan", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
