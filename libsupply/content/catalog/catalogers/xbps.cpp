// Void Linux's packages: var/db/xbps/pkgdb-*.plist, and a list of files for each package beside it.
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/listed_purls.hpp"
#include "libsupply/content/catalog/internal/xbps_database.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kDirectory = "var/db/xbps";

bool wants_database(std::string_view path) {
  return is_or_ends_with(directory_of(path), kDirectory) && base_name(path).starts_with("pkgdb-");
}
bool wants_files(std::string_view path) {
  return is_or_ends_with(directory_of(path), kDirectory) && path.ends_with("-files.plist");
}
std::string keep_paths(std::string bytes, bool) { return reduce_xbps_files(bytes); }

constexpr Select kSelects[] = {{Select::By::suffix, ".plist"}};
constexpr std::string_view kWellKnown[] = {"var/db/xbps/*"};
constexpr PathCollector kDatabases({.name = "xbps",
                                    .selects = kSelects,
                                    .wants = wants_database,
                                    .limit = kMaxCollectedFileBytes,
                                    .well_known = kWellKnown});
constexpr PathCollector kFiles({.name = "xbps-owned",
                                .selects = kSelects,
                                .wants = wants_files,
                                .limit = kMaxCollectedFileBytes,
                                .reduce = keep_paths,
                                .well_known = kWellKnown});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kDatabases, &kFiles}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  for (const rootfs::CollectedFile& database : context.tree.collected(kDatabases.name())) {
    const std::string& path = database.file.path;
    if (!wants_database(path)) continue;
    if (database.content == kOverLimit) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"xbps", path, "longer than is read"}, catalog));
      continue;
    }
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + database.content.size() / 4));
    PackageMemory made(context.share);
    auto packages = parse_xbps_database(database.content, context.distribution, context.share);
    if (!packages) {
      if (packages.error().code() == ErrorCode::limit_exceeded) return packages.error();
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"xbps", path, packages.error().message()}, catalog));
      continue;
    }
    SUPPLY_TRY(resolve_depends(*packages, context.share));
    SUPPLY_TRY(add_all(context, made, *std::move(packages), catalog, &database.file));
  }
  return {};
}

Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  const Contents files(context.tree, kFiles.name());
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger != "xbps") continue;
    const std::string directory(directory_of(package.location));
    const auto list = files.find(directory + "/." + package.name + "-files.plist");
    if (!list) continue;
    const std::string root = directory.substr(0, directory.size() - kDirectory.size());
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + list->content.size() / 4));
    for (const std::string_view path : lines(list->content)) SUPPLY_TRY(call(root + std::string(path), i));
  }
  return {};
}

Result<std::set<std::string>> listed(const Context& context, std::string_view, std::string_view content) {
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + content.size() / 4));
  return listed_purls(context.share, [&] { return parse_xbps_database(content, context.distribution, context.share); });
}

}  // namespace

const Cataloger& xbps() {
  // No type is its own: of generic ones documents have what no cataloger here finds.
  static constexpr Cataloger cataloger{
      .name = "xbps", .types = {}, .collectors = collectors, .read = read, .owned = owned, .listed = listed};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
