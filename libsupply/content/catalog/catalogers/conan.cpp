// C and C++ libraries that Conan installed: the cache of Conan 1, what Conan 2 deployed, and its cache, which names its
// packages only in a database.
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/conan_cache.hpp"
#include "libsupply/content/catalog/internal/conan_info.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr Select kSelects[] = {{Select::By::name, "conaninfo.txt"}};
constexpr PathCollector kFiles({.name = "conan", .selects = kSelects, .limit = kMaxPackageMetadataBytes});

constexpr Select kDatabaseSelects[] = {{Select::By::name, "cache.sqlite3"}};
constexpr PathCollector kDatabases({.name = "conan-cache",
                                    .selects = kDatabaseSelects,
                                    .wants = [](std::string_view path) { return base_name(directory_of(path)) == "p"; },
                                    .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles, &kDatabases}; }

using Directories = std::set<std::string, std::less<>>;

// What conaninfo.txt says is below "p" of the package's directory. All below the directory of a package that is listed
// is said with it: its build, and what it deployed. Of a database that cannot be read, that is all of the cache.
Status read_cache(const Context& context, const rootfs::CollectedFile& database, const Contents& infos,
                  DescribedPackages& packages, Directories& said) {
  const std::string cache(directory_of(database.file.path));
  auto listed = database.content == kOverLimit ? Error(ErrorCode::limit_exceeded, "larger than is read")
                                               : read_conan_cache(std::string(database.content), context.share);
  if (!listed) {
    said.insert(cache);
    return packages.add_unknown(database.file.path, listed.error().message());
  }
  for (const ConanCachePackage& each : *listed) {
    SUPPLY_TRY(context.share.spend(Cost::memory, 128 + cache.size() + each.path.size()));
    said.insert(cache + "/" + each.path);
    const auto info = infos.find(cache + "/" + each.path + "/p/conaninfo.txt");
    auto described = parse_conan_info(info && info->content != kOverLimit ? info->content : "", each.reference);
    if (!described) {
      SUPPLY_TRY(packages.add_unknown(database.file.path, described.error().message()));
      continue;
    }
    pkg::PurlParts parts = described->package.purl.parts();
    parts.qualifiers["rrev"] = each.recipe_revision;
    auto purl = pkg::Purl::create(std::move(parts));
    if (purl) described->package.purl = *std::move(purl);
    SUPPLY_TRY(packages.add(info ? info->file : database.file, "", *std::move(described)));
  }
  return {};
}

// Whether a directory above `path` is one of these.
Result<bool> is_below(const Context& context, std::string_view path, const Directories& directories) {
  if (directories.empty()) return false;
  for (path = directory_of(path); !path.empty(); path = directory_of(path)) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 1 + path.size() / 64));
    if (directories.contains(path)) return true;
  }
  return directories.contains(path);
}

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "conan", catalog, DescribedPackages::Elsewhere::yes);
  const Contents infos(context.tree, kFiles.name());
  Directories caches, said;
  for (const rootfs::CollectedFile& file : context.tree.collected(kDatabases.name())) {
    SUPPLY_TRY(read_cache(context, file, infos, packages, said));
    caches.insert(std::string(directory_of(file.file.path)));
  }
  for (const rootfs::CollectedFile& file : infos.all()) {
    SUPPLY_TRY(const bool is_said, is_below(context, file.file.path, said));
    if (is_said) continue;
    // What a build that did not end leaves behind is in no database. Source: Conan 2, conan/internal/cache/cache.py,
    // create_build_pkg_layout and assign_prev.
    SUPPLY_TRY(const bool is_cached, is_below(context, file.file.path, caches));
    if (is_cached) {
      SUPPLY_TRY(packages.add_unknown(file.file.path, "a package that the database of Conan's cache does not list"));
      continue;
    }
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
