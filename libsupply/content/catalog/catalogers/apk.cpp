// Alpine packages: lib/apk/db/installed, or usr/lib/apk/db/installed where /usr is merged.
#include <set>

#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/apk_database.hpp"

namespace supply::catalog::catalogers {
namespace {

constexpr std::string_view kInstalled = "lib/apk/db/installed";
constexpr std::string_view kWellKnown[] = {"lib/apk/db/installed", "usr/lib/apk/db/installed"};

bool wants(std::string_view path) { return is_or_ends_with(path, kInstalled); }

const PathCollector kDatabases(
    {.name = "apk", .wants = wants, .limit = kMaxCollectedFileBytes, .well_known = kWellKnown});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kDatabases}; }

std::string root_of(std::string_view database) {
  std::string_view root = database.substr(0, database.size() - kInstalled.size());
  if (root.ends_with("usr/")) root.remove_suffix(4);
  return std::string(root);
}

// The files as the tree has them: the database's paths may lead through links.
Status find_files(const Context& context, const std::string& root, pkg::Package& package) {
  std::set<std::string> found;
  for (const std::string& path : package.files) {
    SUPPLY_TRY(const auto file, context.find(root + path));
    if (file && file->type == rootfs::EntryType::file) found.insert(file->path);
  }
  package.files.assign(found.begin(), found.end());
  return {};
}

Status read(const Context& context, Catalog& catalog) {
  const Contents databases(context.tree, kDatabases.name());
  for (const rootfs::CollectedFile& database : databases.all()) {
    const std::string& path = database.file.path;
    const std::string root = root_of(path);
    // Source: apk-tools 3, doc/apk-v3.5: binary databases begin so.
    if (database.content.starts_with("ADB")) {
      SUPPLY_TRY(context.add(KnownUnknown{"apk", path, "a database of apk 3, which Supply does not read"}, catalog));
      continue;
    }
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + database.content.size()));
    PackageMemory made(context.share);
    auto packages = parse_apk_installed(database.content, context.distribution, context.share);
    if (!packages) {
      if (root.empty() || packages.error().code() == ErrorCode::limit_exceeded)
        return std::move(packages).error().at("apk database " + quote(path));
      SUPPLY_TRY(context.add(KnownUnknown{"apk", path, packages.error().message()}, catalog));
      continue;
    }
    made.all(packages->size());
    for (pkg::Package& package : *packages) {
      package.location = path;
      package.layer = context.layer_of(database.file);
      SUPPLY_TRY(find_files(context, root, package));
      made.give_back_one();
      SUPPLY_TRY(context.add(std::move(package), catalog));
    }
  }
  return {};
}

}  // namespace

const Cataloger& apk() {
  static constexpr Cataloger cataloger{"apk", collectors, read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
