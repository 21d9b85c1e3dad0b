// Alpine packages: lib/apk/db/installed, or usr/lib/apk/db/installed where /usr is merged.
#include <map>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/apk_database.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/listed_purls.hpp"

namespace supply::catalog::catalogers {
namespace {

constexpr std::string_view kInstalled = "lib/apk/db/installed";
// Of apk 3, what is in volumes of their own. Source: apk-tools 3, src/database.c apk_db_layer_name.
constexpr std::string_view kInstalledInVolumes = "lib/apk/db-uvol/installed";
constexpr std::string_view kWellKnown[] = {"lib/apk/db/installed", "usr/lib/apk/db/installed",
                                           "lib/apk/db-uvol/installed"};

using rootfs::Select;
constexpr Select kSelects[] = {{Select::By::name, "installed"}};

bool wants(std::string_view path) {
  return is_or_ends_with(path, kInstalled) || is_or_ends_with(path, kInstalledInVolumes);
}

constexpr PathCollector kDatabases({.name = "apk",
                                    .version = 3,
                                    .selects = kSelects,
                                    .wants = wants,
                                    .limit = kMaxCollectedFileBytes,
                                    .well_known = kWellKnown});

// Where the packages came from tells the distribution, if nothing else does.
constexpr std::string_view kRepositories[] = {"etc/apk/repositories"};
bool wants_repositories(std::string_view path) { return path == kRepositories[0]; }
std::string keep_text(std::string bytes, bool) { return bytes; }
constexpr Select kRepositorySelects[] = {{Select::By::name, "repositories"}};
constexpr PathCollector kRepositoryLists({.name = "apk-repositories",
                                          .selects = kRepositorySelects,
                                          .wants = wants_repositories,
                                          .limit = kMaxPackageMetadataBytes,
                                          .reduce = keep_text,
                                          .well_known = kRepositories});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kDatabases, &kRepositoryLists}; }

std::string root_of(std::string_view database) {
  const bool in_volumes = is_or_ends_with(database, kInstalledInVolumes);
  std::string_view root =
      database.substr(0, database.size() - (in_volumes ? kInstalledInVolumes.size() : kInstalled.size()));
  if (root.ends_with("usr/")) root.remove_suffix(4);
  return std::string(root);
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents databases(context.tree, kDatabases.name());
  const auto repositories = Contents(context.tree, kRepositoryLists.name()).find(kRepositories[0]);
  for (const rootfs::CollectedFile& database : databases.all()) {
    const std::string& path = database.file.path;
    const std::string root = root_of(path);
    if (database.content == kOverLimit) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"apk", path, "longer than is read"}, catalog));
      continue;
    }
    // Source: apk-tools 3, doc/apk-v3.5: binary databases begin so.
    if (database.content.starts_with("ADB")) {
      SUPPLY_TRY(
          context.add(pkg::KnownUnknown{"apk", path, "a database of apk 3, which Supply does not read"}, catalog));
      continue;
    }
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + database.content.size()));
    PackageMemory made(context.share);
    const pkg::OperatingSystem distribution =
        context.distribution.id.empty()
            ? guess_apk_distribution(database.content, repositories ? repositories->content : std::string_view())
            : context.distribution;
    auto packages = parse_apk_installed(database.content, distribution, context.share);
    if (!packages) {
      if (packages.error().code() == ErrorCode::limit_exceeded)
        return std::move(packages).error().at("apk database " + quote(path));
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"apk", path, packages.error().message()}, catalog));
      continue;
    }
    SUPPLY_TRY(add_all(context, made, *std::move(packages), catalog, &database.file));
  }
  return {};
}

// Calls with each file of each package, its path and the index of its package. A database that can't be read has no
// packages, and is said by read().
template <class Call>
Status each_file(const Context& context, const pkg::Inventory& catalog, const Call& call) {
  const Contents databases(context.tree, kDatabases.name());
  std::map<std::string_view, std::map<std::string_view, std::size_t>> packages;  // by database and name
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger == "apk") packages[package.location][package.name] = i;
  }
  for (const auto& [location, by_name] : packages) {
    const auto database = databases.find(location);
    if (!database) continue;
    const std::string root = root_of(location);
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + database->content.size() / 4));
    SUPPLY_TRY(each_apk_file(database->content, [&, &names = by_name](const ApkFile& file) -> Status {
      const auto owner = names.find(file.package);
      return owner == names.end() ? Status() : call(file, root + std::string(file.path), owner->second);
    }));
  }
  return {};
}

Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  return each_file(context, catalog,
                   [&](const ApkFile&, const std::string& path, std::size_t owner) { return call(path, owner); });
}

Result<std::set<std::string>> listed(const Context& context, std::string_view, std::string_view content) {
  if (content.starts_with("ADB")) return Error(ErrorCode::unsupported, "a database of apk 3");
  const auto repositories = Contents(context.tree, kRepositoryLists.name()).find(kRepositories[0]);
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + content.size()));
  const pkg::OperatingSystem distribution =
      context.distribution.id.empty()
          ? guess_apk_distribution(content, repositories ? repositories->content : std::string_view())
          : context.distribution;
  return listed_purls(context.share, [&] { return parse_apk_installed(content, distribution, context.share); });
}

// Configuration is what apk protects. Source: apk-tools, src/database.c apk_db_add_protected_paths: etc, and what
// etc/apk/protected_paths.d adds.
Status recorded(const Context& context, const pkg::Inventory& catalog, const TakeRecorded& call) {
  return each_file(context, catalog, [&](const ApkFile& file, const std::string& path, std::size_t owner) -> Status {
    if (file.checksum.empty()) return {};
    SUPPLY_TRY(context.share.spend(Cost::steps, 2));
    const ApkChecksum checksum = parse_apk_checksum(file.checksum);
    return call({path, owner, checksum.algorithm, checksum.hex, file.path.starts_with("etc/")});
  });
}

}  // namespace

const Cataloger& apk() {
  static constexpr std::string_view kTypes[] = {"apk"};
  static constexpr Cataloger cataloger{.name = "apk",
                                       .types = kTypes,
                                       .collectors = collectors,
                                       .read = read,
                                       .owned = owned,
                                       .listed = listed,
                                       .recorded = recorded};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
