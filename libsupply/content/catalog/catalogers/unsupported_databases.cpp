// Package databases that Supply recognises and does not read: whatever they list is in the image and in no list here.
// Of operating systems each database is said; of languages each ecosystem once, without what the system's packages own.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/dpkg_database.hpp"

namespace supply::catalog::catalogers {
namespace {

enum class Of { system, language };

// How a database is recognised: by the name of a file and the end of its directory's path, a component '*' of which
// stands for any name. `directories` are taken off the file's path to name the place.
struct Database {
  std::string_view directory, name;
  Of of;
  std::string_view what;
  std::size_t directories = 0;
};

// Sources: flatpak; Electron's asar.
constexpr std::array kDatabases = {
    Database{"apk/db", "installed.adb", Of::system, "a database of apk 3"},
    Database{"flatpak/repo", "config", Of::system, "a repository of flatpak"},
    Database{"var/lib/eopkg/package/*", "metadata.xml", Of::system, "a database of eopkg", 2},
    Database{"var/log/packages", "*", Of::system, "a database of pkgtools", 1},
    Database{"var/lib/pkgtools/packages", "*", Of::system, "a database of pkgtools", 1},
    Database{"var/db/kiss/installed/*", "version", Of::system, "a database of kiss", 2},
    Database{"var/lib/snapd/snaps", "*.snap", Of::system, "snaps that are not unpacked", 1},
    Database{"var/lib/pkg", "db", Of::system, "a database of pkgutils"},
    Database{"var/db/pkg", "local.sqlite", Of::system, "a database of FreeBSD's pkg"},
    Database{"swupd", "versionstamp", Of::system, "bundles of swupd"},
    Database{"", "*.asar", Of::language, "npm packages in asar archives"},
};

// "*.jar" of "x.jar", "*" of anything; a star only in front.
bool matches_name(std::string_view pattern, std::string_view name) {
  if (pattern.front() != '*') return pattern == name;
  return !name.empty() && name.ends_with(pattern.substr(1));
}

bool matches_directory(std::string_view end, std::string_view path) {
  for (; !end.empty(); end = directory_of(end), path = directory_of(path))
    if (path.empty() || !matches_name(base_name(end), base_name(path))) return false;
  return true;
}

const Database* database_at(std::string_view path) {
  for (const Database& database : kDatabases)
    if (matches_name(database.name, base_name(path)) && matches_directory(database.directory, directory_of(path)))
      return &database;
  return nullptr;
}

// What can be said of a file before its path is known.
bool may_be_database(const rootfs::Name& file) {
  if (file.type != rootfs::EntryType::file) return false;
  return std::any_of(kDatabases.begin(), kDatabases.end(), [&](const Database& database) {
    return matches_name(database.name, file.name) &&
           (database.directory.empty() || matches_name(base_name(database.directory), file.directory));
  });
}

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {}; }

std::string reason(std::string_view what) { return std::string(what) + ", which Supply does not read"; }

Status relate(const Context& context, pkg::Inventory& catalog) {
  std::map<std::string, std::string_view> systems;    // place to what
  std::map<std::string, std::string_view> languages;  // path to what
  std::set<std::string> paths;                        // of languages
  Status status;
  const auto add_language = [&](const std::string& path, std::string_view what) -> Status {
    SUPPLY_TRY(context.share.spend(Cost::memory, 4 * (sizeof path + path.size())));
    languages.emplace(path, what);
    paths.insert(path);
    return {};
  };
  SUPPLY_TRY(context.share.spend(Cost::steps, context.tree.size() / 4));
  context.tree.for_each_named(may_be_database, [&](const rootfs::File& file) {
    if (!status) return;
    const Database* database = database_at(file.path);
    if (database == nullptr || (file.entry != nullptr && file.entry->size == 0)) return;
    if (database->of == Of::language) {
      status = add_language(file.path, database->what);
      return;
    }
    std::string_view place = file.path;
    for (std::size_t i = 0; i < database->directories; ++i) place = directory_of(place);
    if (systems.size() <= kMaxKnownUnknowns) systems.emplace(place, database->what);
  });
  SUPPLY_TRY(std::move(status));
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, paths));
  for (const auto& [place, what] : systems)
    SUPPLY_TRY(context.add(pkg::KnownUnknown{"unread", place, reason(what)}, catalog));
  struct Found {
    std::string_view first;
    std::size_t count = 0;
  };
  std::map<std::string_view, Found> unowned;  // by what
  for (const auto& [path, what] : languages) {
    if (owned.contains(path)) continue;
    Found& found = unowned[what];
    if (found.count++ == 0) found.first = path;
  }
  for (const auto& [what, found] : unowned) {
    const std::string said = found.count > 1 ? " (" + std::to_string(found.count) + " files in all)" : "";
    SUPPLY_TRY(context.add(pkg::KnownUnknown{"unread", std::string(found.first), reason(what) + said}, catalog));
  }
  return {};
}

}  // namespace

const Cataloger& unsupported_databases() {
  static constexpr Cataloger cataloger{
      .name = "unread", .types = {}, .collectors = collectors, .read = nullptr, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
