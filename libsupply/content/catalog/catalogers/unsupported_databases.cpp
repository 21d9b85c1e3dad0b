// Package databases that Supply recognises and does not read: whatever they list is in the image and in no list here.
// Of operating systems each database is said; of languages each ecosystem once, without what the system's packages own.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/dpkg_database.hpp"
#include "libsupply/content/catalog/internal/python_path_files.hpp"

namespace supply::catalog::catalogers {
namespace {

enum class Of { system, language };

// How a database is recognised: by the end of a file's path, a component '*' standing for any name. `directories` are
// then taken off to name the place.
struct Database {
  std::string_view end;
  Of of;
  std::string_view what;
  std::size_t directories = 0;
};

// Sources: flatpak; yarn's Plug'n'Play; Electron's asar; cargo's .crates2.json.
constexpr std::array kDatabases = {
    Database{"apk/db/installed.adb", Of::system, "a database of apk 3"},
    Database{"flatpak/repo/config", Of::system, "a repository of flatpak"},
    Database{"var/lib/eopkg/package/*/metadata.xml", Of::system, "a database of eopkg", 2},
    Database{"var/log/packages/*", Of::system, "a database of pkgtools", 1},
    Database{"var/lib/pkgtools/packages/*", Of::system, "a database of pkgtools", 1},
    Database{"var/db/kiss/installed/*/version", Of::system, "a database of kiss", 2},
    Database{"var/lib/snapd/snaps/*.snap", Of::system, "snaps that are not unpacked", 1},
    Database{"var/lib/pkg/db", Of::system, "a database of pkgutils"},
    Database{"var/db/pkg/local.sqlite", Of::system, "a database of FreeBSD's pkg"},
    Database{"swupd/versionstamp", Of::system, "bundles of swupd"},
    Database{".crates2.json", Of::language, "Rust programs of cargo"},
    Database{".crates.toml", Of::language, "Rust programs of cargo"},
    Database{"site-packages/*.egg", Of::language, "Python eggs"},
    Database{"dist-packages/*.egg", Of::language, "Python eggs"},
    Database{".pnp.cjs", Of::language, "npm packages of yarn Plug'n'Play"},
    Database{".pnp.js", Of::language, "npm packages of yarn Plug'n'Play"},
    Database{"*.asar", Of::language, "npm packages in asar archives"},
};

// "*.jar" of "x.jar", "*" of anything; one star at most.
bool matches_name(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  const std::string_view begin = pattern.substr(0, star), end = pattern.substr(star + 1);
  return name.size() >= begin.size() + end.size() && name.starts_with(begin) && name.ends_with(end) && !name.empty();
}

bool matches(std::string_view end, std::string_view path) {
  while (true) {
    if (!matches_name(base_name(end), base_name(path))) return false;
    if (end.find('/') == std::string_view::npos) return true;
    end = directory_of(end);
    path = directory_of(path);
    if (path.empty()) return false;
  }
}

const Database* find_database(std::string_view path) {
  for (const Database& database : kDatabases)
    if (matches(database.end, path)) return &database;
  return nullptr;
}

using rootfs::Select;

// Python imports from zip archives on its path, whatever their names; importlib.metadata lists what is in them.
// Source: CPython, Lib/zipimport.py, Lib/importlib/metadata (FastPath.zip_children), Lib/site.py.
constexpr std::string_view kPythonArchives = "Python packages in archives";

bool is_archive_name(std::string_view path) {
  return path.ends_with(".zip") || path.ends_with(".egg") || path.ends_with(".pyz") || path.ends_with(".pyzw");
}

// Whether a file is a zip archive (which may begin with anything) with the metadata of a distribution: members' names
// are in it as they are.
class ArchiveTap final : public rootfs::FileSink {
 public:
  void feed(std::string_view chunk) override {
    seen_ += chunk;
    const std::string_view seen = seen_;
    constexpr std::string_view kCentral("PK\x01\x02", 4);  // APPNOTE.TXT 4.3.12: of the central directory
    archive_ = archive_ || seen.find(kCentral) != std::string_view::npos;
    for (std::size_t at = seen.find('-'); at != std::string_view::npos && !metadata_; at = seen.find('-', at + 1)) {
      const std::size_t from = at - std::min<std::size_t>(at, 4);
      const std::string name = to_lower(seen.substr(from, at + 5 - from));
      metadata_ = name.ends_with("egg-info") || name.ends_with("dist-info");
    }
    constexpr std::size_t kKept = 16;
    if (seen_.size() > kKept) seen_.erase(0, seen_.size() - kKept);
  }
  std::optional<std::size_t> held() const override { return seen_.size(); }
  Result<std::optional<std::string>> finish() override {
    return archive_ && metadata_ ? std::optional<std::string>("python") : std::nullopt;
  }

 private:
  std::string seen_;
  bool archive_ = false, metadata_ = false;
};

class PythonArchives final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "unread-python"; }
  int version() const override { return 1; }
  std::span<const Select> selects() const override {
    static constexpr Select kSelects[] = {{Select::By::magic, "PK\x03\x04"}, {Select::By::magic, "#!"},
                                          {Select::By::suffix, ".zip"},      {Select::By::suffix, ".egg"},
                                          {Select::By::suffix, ".pyz"},      {Select::By::suffix, ".pyzw"}};
    return kSelects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    // A wheel is one to install from, unless a path file names it.
    if (file.path.ends_with(".whl")) return nullptr;
    const bool program = head.starts_with("#!") && head.find("python") != std::string_view::npos;
    if (!head.starts_with("PK\x03\x04") && !program && !is_archive_name(file.path)) return nullptr;
    return std::make_unique<ArchiveTap>();
  }
};
const PythonArchives kArchives;

bool wants_path_file(std::string_view path) {
  const std::string_view directory = base_name(directory_of(path));
  return path.ends_with(".pth") && (directory == "site-packages" || directory == "dist-packages");
}

// Source: CPython, Lib/site.py addpackage: a line each; "import" and tab or blank begin code.
std::string keep_paths(std::string bytes, bool) {
  std::string out;
  for (std::string_view line : lines(bytes)) {
    line = trim(line);
    if (line.empty() || line[0] == '#' || line.starts_with("import ") || line.starts_with("import\t")) continue;
    out += std::string(line) + "\n";
  }
  return out;
}

constexpr Select kPathFileSelects[] = {{Select::By::suffix, ".pth"}};
const PathCollector kPathFiles({.name = kPythonPathFiles,
                                .selects = kPathFileSelects,
                                .wants = wants_path_file,
                                .limit = kMaxCollectedFileBytes,
                                .reduce = keep_paths});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kArchives, &kPathFiles}; }

std::string reason(std::string_view what) { return std::string(what) + ", which Supply does not read"; }

// The zip archives that Python imports from: those at hand, and those that path files and PYTHONPATH name.
Result<std::set<std::string>> python_archives(const Context& context) {
  std::set<std::string> out;
  for (const rootfs::CollectedFile& file : context.tree.collected(kArchives.name()))
    if (find_database(file.file.path) == nullptr) out.insert(file.file.path);
  const auto add = [&](std::string_view path) -> Status {
    SUPPLY_TRY(const auto file, context.find(path));
    if (file && file->type == rootfs::EntryType::file) out.insert(file->path);
    return {};
  };
  for (const rootfs::CollectedFile& paths : context.tree.collected(kPathFiles.name()))
    for (const std::string_view path : lines(paths.content)) SUPPLY_TRY(add(path_in_site(paths.file.path, path)));
  for (const std::string_view path : context.paths_in("PYTHONPATH")) SUPPLY_TRY(add(path));
  return out;
}

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
  context.tree.for_each([&](const rootfs::File& file) {
    if (file.type != rootfs::EntryType::file || !status) return;
    const Database* database = find_database(file.path);
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
  SUPPLY_TRY(const std::set<std::string> archives, python_archives(context));
  for (const std::string& path : archives) SUPPLY_TRY(add_language(path, kPythonArchives));
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
