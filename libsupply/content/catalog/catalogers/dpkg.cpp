// Debian packages: var/lib/dpkg/status with dpkg's journal (updates), and status.d as distroless images have it.
#include <algorithm>
#include <set>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/dpkg_database.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/listed_purls.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kStatus = "lib/dpkg/status";
constexpr std::string_view kWellKnownStatus[] = {"var/lib/dpkg/status", "var/lib/dpkg/status.d/*",
                                                 "var/lib/dpkg/updates/*"};
constexpr std::string_view kWellKnownOwned[] = {"var/lib/dpkg/status.d/*", "var/lib/dpkg/info/*"};

bool is_in_status_d(std::string_view path) { return is_or_ends_with(directory_of(path), "lib/dpkg/status.d"); }

// Source: dpkg, lib/dpkg/dbmodify.c ulist_select: names of digits alone.
bool is_journal(std::string_view path) {
  const std::string_view name = base_name(path);
  return is_or_ends_with(directory_of(path), "lib/dpkg/updates") && !name.empty() &&
         std::all_of(name.begin(), name.end(), is_digit);
}

bool wants_status(std::string_view path) {
  if (is_or_ends_with(path, kStatus) || is_journal(path)) return true;
  // Beside each package's control data are its checksums and its scripts.
  return is_in_status_d(path) && base_name(path).find(".md5sums") == std::string_view::npos &&
         !path.ends_with(".preinst") && !path.ends_with(".postinst") && !path.ends_with(".prerm") &&
         !path.ends_with(".postrm") && !path.ends_with(".conffiles") && !path.ends_with(".list");
}

bool wants_copyright(std::string_view path) {
  return path.ends_with("/copyright") && is_or_ends_with(directory_of(directory_of(path)), "usr/share/doc");
}

// Of a file over the limit nobody knows what is in the rest of it.
std::string keep_license(std::string bytes, bool complete) {
  return complete ? debian_license_record(bytes) : license::to_record({});
}

bool wants_owned(std::string_view path) {
  if (is_or_ends_with(directory_of(path), "lib/dpkg/info")) return path.ends_with(".list");
  return is_in_status_d(path) && path.ends_with(".md5sums");
}

constexpr Select kStatusSelects[] = {
    {Select::By::name, "status"}, {Select::By::directory, "status.d"}, {Select::By::directory, "updates"}};
constexpr PathCollector kStatusFiles({.name = "dpkg",
                                      .version = 2,
                                      .selects = kStatusSelects,
                                      .wants = wants_status,
                                      .limit = kMaxCollectedFileBytes,
                                      .well_known = kWellKnownStatus});
constexpr Select kCopyrightSelects[] = {{Select::By::name, "copyright"}};
constexpr PathCollector kCopyrights({.name = "dpkg-copyright",
                                     .version = 2,
                                     .selects = kCopyrightSelects,
                                     .wants = wants_copyright,
                                     .limit = kMaxCopyrightBytes,
                                     .reduce = keep_license});
constexpr Select kOwnedSelects[] = {{Select::By::suffix, ".list"}, {Select::By::suffix, ".md5sums"}};
constexpr PathCollector kOwned({.name = "dpkg-owned",
                                .selects = kOwnedSelects,
                                .wants = wants_owned,
                                .limit = kMaxCollectedFileBytes,
                                .well_known = kWellKnownOwned});

// What a package's files were when they were built, and where they were put in place of their own paths.
bool wants_sums(std::string_view path) {
  if (is_or_ends_with(path, "lib/dpkg/diversions")) return true;
  const std::string_view directory = directory_of(path);
  return path.ends_with(".md5sums") && (is_or_ends_with(directory, "lib/dpkg/info") || is_in_status_d(path));
}
constexpr Select kSumsSelects[] = {{Select::By::suffix, ".md5sums"}, {Select::By::name, "diversions"}};
constexpr std::string_view kWellKnownSums[] = {"var/lib/dpkg/status.d/*", "var/lib/dpkg/info/*",
                                               "var/lib/dpkg/diversions"};
constexpr PathCollector kSums({.name = "dpkg-sums",
                               .selects = kSumsSelects,
                               .wants = wants_sums,
                               .limit = kMaxCollectedFileBytes,
                               .well_known = kWellKnownSums});

// Of dpkg's configuration, where it keeps its database if not in var/lib/dpkg.
// Source: dpkg(1), "--admindir" and "FILES"; lib/dpkg/options.c dpkg_options_load_file.
bool wants_options(std::string_view path) {
  return path == "etc/dpkg/dpkg.cfg" || directory_of(path) == "etc/dpkg/dpkg.cfg.d" || base_name(path) == ".dpkg.cfg";
}

std::string keep_directories(std::string bytes, bool complete) {
  std::string out;
  for (std::string_view line : lines(bytes)) {
    line = trim(line);
    if (!line.starts_with("admindir")) continue;
    std::string_view value = trim(line.substr(8));
    if (value.starts_with('=')) value = trim(value.substr(1));
    if (value.size() > 1 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0])
      value = value.substr(1, value.size() - 2);
    out += std::string(value) + "\n";
  }
  return complete ? out : out + "?\n";
}

constexpr std::string_view kWellKnownOptions[] = {"etc/dpkg/dpkg.cfg", "etc/dpkg/dpkg.cfg.d/*", "root/.dpkg.cfg"};
constexpr Select kOptionSelects[] = {
    {Select::By::name, "dpkg.cfg"}, {Select::By::directory, "dpkg.cfg.d"}, {Select::By::name, ".dpkg.cfg"}};
constexpr PathCollector kOptions({.name = "dpkg-options",
                                  .selects = kOptionSelects,
                                  .wants = wants_options,
                                  .limit = kMaxPackageMetadataBytes,
                                  .reduce = keep_directories,
                                  .well_known = kWellKnownOptions});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files) {
  if (files == WithOwnedFiles::no) return {&kStatusFiles, &kCopyrights, &kOptions, &kOwned};
  return {&kStatusFiles, &kCopyrights, &kOptions, &kOwned, &kSums};
}

// The root of the system that a database belongs to: empty, or "some/chroot/".
std::string root_of(std::string_view database) {
  const std::size_t at = database.rfind("lib/dpkg/");
  std::string_view root = database.substr(0, at);
  if (root.ends_with("var/")) root.remove_suffix(4);
  if (root.ends_with("usr/")) root.remove_suffix(4);
  return std::string(root);
}

// Nothing where it was longer than is read, which read() says.
std::optional<rootfs::CollectedFile> read_whole(const Contents& files, const std::string& path) {
  auto file = files.find(path);
  return file && file->content == kOverLimit ? std::nullopt : file;
}

// A file with such an ending of a package's own in its database.
std::optional<rootfs::CollectedFile> info_of(const Contents& files, const pkg::Package& package,
                                             std::string_view ending) {
  std::string_view directory = directory_of(package.location);
  if (base_name(directory) == "updates") directory = directory_of(directory);
  const std::string name = std::string(directory) + "/info/" + package.name;
  auto file = read_whole(files, name + ":" + package.architecture + std::string(ending));
  return file ? file : read_whole(files, name + std::string(ending));
}

std::optional<rootfs::CollectedFile> sums_of(const Contents& sums, const pkg::Package& package) {
  if (is_in_status_d(package.location)) return read_whole(sums, package.location + ".md5sums");
  return info_of(sums, package, ".md5sums");
}

// The list of a package's paths as its database has it, which is also the directory of a list.
std::vector<std::string_view> paths_of(const Contents& lists, const pkg::Package& package) {
  const std::string& database = package.location;
  if (is_in_status_d(database)) {
    const auto sums = read_whole(lists, database + ".md5sums");
    return sums ? parse_dpkg_md5sums(sums->content) : std::vector<std::string_view>();
  }
  const auto list = info_of(lists, package, ".list");
  return list ? parse_dpkg_list(list->content) : std::vector<std::string_view>();
}

// Where dpkg-divert has put files, by their own paths. Source: dpkg-divert(1), dpkg's lib/dpkg/db-fsys-divert.c: three
// lines each, of a path, of that which it has in place of it, of the package that keeps it (":" for an administrator).
struct Diversion {
  std::string_view to, kept_by;
};
using Diversions = std::map<std::string_view, Diversion>;
using DiversionsByRoot = std::map<std::string, Diversions>;
const Diversions& diversions_of(const Contents& sums, const std::string& root, DiversionsByRoot& known) {
  const auto [of_root, added] = known.try_emplace(root);
  Diversions& out = of_root->second;
  const auto file = added ? read_whole(sums, root + "var/lib/dpkg/diversions") : std::nullopt;
  if (!file) return out;
  const auto all = lines(file->content);
  std::vector<std::string_view> three;
  for (std::string_view line : all) {
    if (line.starts_with('/')) line.remove_prefix(1);
    three.push_back(line);
    if (three.size() < 3) continue;
    out[three[0]] = {three[1], three[2]};
    three.clear();
  }
  return out;
}

// Where a package's file is.
std::string_view place_of(std::string_view path, const pkg::Package& package, const Diversions& diversions) {
  const auto diverted = diversions.find(path);
  return diverted == diversions.end() || diverted->second.kept_by == package.name ? path : diverted->second.to;
}

Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  const Contents lists(context.tree, kOwned.name());
  const Contents sums(context.tree, kSums.name());
  DiversionsByRoot diversions;
  std::string path;
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger != "dpkg") continue;
    const std::string root = root_of(package.location);
    const Diversions& diverted = diversions_of(sums, root, diversions);
    for (const std::string_view each : paths_of(lists, package)) {
      path.assign(root).append(place_of(each, package, diverted));
      SUPPLY_TRY(call(path, i));
    }
  }
  return {};
}

// One system's database: what dpkg reads, in its order, and what is in status.d.
struct System {
  std::vector<DebPackage> packages;  // of status, then of status.d
  std::vector<DebPackage> journal;
  std::size_t journal_name_size = 0;
  std::map<std::string, std::size_t> unsaid;  // by file: stanzas without a Status
};

// What os-release says; without it, the vendor that dpkg itself goes by. Source: deb-origin(5).
Result<pkg::OperatingSystem> distribution_of(const Context& context) {
  pkg::OperatingSystem out = context.distribution;
  if (!out.id.empty()) return out;
  SUPPLY_TRY(const auto origin, context.find("etc/dpkg/origins/default"));
  if (origin && origin->type == rootfs::EntryType::file && base_name(origin->path) != "default")
    out.id = to_lower(base_name(origin->path));
  return out;
}

Status read_file(const Context& context, const pkg::OperatingSystem& distribution, const rootfs::CollectedFile& file,
                 System& system) {
  const std::string& path = file.file.path;
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + file.content.size() / 4));
  if (is_journal(path)) {
    const std::size_t size = base_name(path).size();
    if (system.journal_name_size != 0 && system.journal_name_size != size)
      return Error(ErrorCode::malformed, "names of different lengths in dpkg's journal");
    system.journal_name_size = size;
  }
  SUPPLY_TRY(
      std::vector<DebPackage> read,
      parse_dpkg_stanzas(file.content, distribution,
                         is_in_status_d(path) ? deb822::Strictness::control : deb822::Strictness::dpkg, context.share));
  auto& into = is_journal(path) ? system.journal : system.packages;
  if (into.empty()) into.reserve(read.size());
  for (DebPackage& deb : read) {
    if (deb.state == DebPackage::State::unsaid) ++system.unsaid[path];
    deb.package.location = path;
    deb.package.layer = context.layer_of(file.file);
    into.push_back(std::move(deb));
  }
  return {};
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents databases(context.tree, kStatusFiles.name());
  const Contents copyrights(context.tree, kCopyrights.name());
  const auto add_elsewhere = [&](const std::string& place, std::string_view directory) -> Status {
    while (directory.ends_with('/')) directory.remove_suffix(1);
    if (is_or_ends_with(directory, "lib/dpkg")) return {};  // is read wherever it is
    const std::string reason =
        "names a database of dpkg elsewhere (" + quote(directory) + "), which Supply does not read";
    return context.add(pkg::KnownUnknown{"dpkg", place, reason}, catalog);
  };
  for (const rootfs::CollectedFile& options : context.tree.collected(kOptions.name()))
    for (const std::string_view directory : lines(options.content))
      SUPPLY_TRY(add_elsewhere(options.file.path, directory));
  for (const std::string_view directory : context.paths_in("DPKG_ADMINDIR"))
    SUPPLY_TRY(add_elsewhere("DPKG_ADMINDIR in the config", directory));
  // What owned() and recorded() would read.
  std::set<std::string> unread;
  for (const std::string_view collector : {kOwned.name(), kSums.name()})
    for (const rootfs::CollectedFile& list : context.tree.collected(collector))
      if (list.content == kOverLimit) unread.insert(list.file.path);
  for (const std::string& path : unread)
    SUPPLY_TRY(context.add(pkg::KnownUnknown{"dpkg", path, "longer than is read"}, catalog));
  std::map<std::string, System> systems;
  // A damaged database stops nothing: the list says that it is not whole.
  const auto fail = [&](const std::string& path, const Error& error) -> Status {
    if (error.code() == ErrorCode::limit_exceeded) return Error(error).at("dpkg database " + quote(path));
    return context.add(pkg::KnownUnknown{"dpkg", path, error.message()}, catalog);
  };
  SUPPLY_TRY(const pkg::OperatingSystem distribution, distribution_of(context));
  PackageMemory made(context.share);
  for (const rootfs::CollectedFile& database : databases.all()) {
    if (database.content == kOverLimit) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"dpkg", database.file.path, "longer than is read"}, catalog));
      continue;
    }
    const std::string root = root_of(database.file.path);
    if (const Status read = read_file(context, distribution, database, systems[root]); !read)
      SUPPLY_TRY(fail(database.file.path, read.error()));
  }
  std::size_t count = 0;
  for (auto& [root, system] : systems) {
    std::vector<DebPackage>& packages = system.packages;
    if (const Status settled = settle_dpkg(packages, std::move(system.journal)); !settled)
      SUPPLY_TRY(fail(root + "var/lib/dpkg", settled.error()));
    SUPPLY_TRY(resolve_depends(packages, context.share));
    count += packages.size();
  }
  made.all(count);
  catalog.packages.reserve(count);
  for (auto& [root, system] : systems) {
    for (const auto& [path, unsaid] : system.unsaid) {
      const std::string reason =
          "stanzas without a Status, which dpkg takes for not installed: " + std::to_string(unsaid);
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"dpkg", path, reason}, catalog));
    }
    for (DebPackage& deb : system.packages) {
      set_debian_license(copyrights, root, deb.package);
      made.give_back_one();
      SUPPLY_TRY(context.add(std::move(deb.package), catalog));
    }
  }
  return {};
}

Result<std::set<std::string>> listed(const Context& context, std::string_view path, std::string_view content) {
  if (is_journal(path)) return Error(ErrorCode::unsupported, "a part of a database");
  SUPPLY_TRY(const pkg::OperatingSystem distribution, distribution_of(context));
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + content.size() / 4));
  const auto strictness = is_in_status_d(path) ? deb822::Strictness::control : deb822::Strictness::dpkg;
  return listed_purls(context.share, [&]() -> Result<std::vector<DebPackage>> {
    SUPPLY_TRY(std::vector<DebPackage> packages,
               parse_dpkg_stanzas(content, distribution, strictness, context.share, DpkgParts::identity));
    SUPPLY_TRY(settle_dpkg(packages, {}));
    return packages;
  });
}

// The files of a package with the sums that it was built with, then its configuration files: in the order of dpkg's own
// check. Source: dpkg 1.21, src/verify.c, lib/dpkg/parse.c f_conffiles: "PATH MD5SUM [obsolete] [remove-on-upgrade]".
Status recorded(const Context& context, const pkg::Inventory& catalog, const TakeRecorded& call) {
  const Contents sums(context.tree, kSums.name());
  const Contents databases(context.tree, kStatusFiles.name());
  DiversionsByRoot diversions;
  std::map<std::string_view, std::map<std::pair<std::string, std::string>, std::size_t>> owners;  // by database
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger != "dpkg") continue;
    owners[package.location].emplace(std::pair(package.name, package.architecture), i);
    const std::string root = root_of(package.location);
    const auto file = sums_of(sums, package);
    if (!file) continue;
    const Diversions& diverted = diversions_of(sums, root, diversions);
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + file->content.size() / 8));
    for (const std::string_view line : lines(file->content)) {
      if (line.size() <= 34 || line[32] != ' ') continue;
      std::string_view path = trim(line.substr(33));
      while (path.starts_with("./") || path.starts_with('/')) path.remove_prefix(path[0] == '/' ? 1 : 2);
      const std::string whole = root + std::string(place_of(path, package, diverted));
      SUPPLY_TRY(call({whole, i, "md5", line.substr(0, 32), false}));
    }
  }
  for (const auto& [location, by_name] : owners) {
    const auto database = databases.find(location);
    if (!database) continue;
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + database->content.size() / 4));
    const std::string root = root_of(location);
    const Status read = deb822::for_each_stanza(
        database->content, deb822::Strictness::tolerant, [&, &names = by_name](const deb822::Stanza& stanza) -> Status {
          const auto owner =
              names.find(std::pair(std::string(stanza.get("Package")), std::string(stanza.get("Architecture"))));
          if (owner == names.end()) return {};
          for (const std::string_view line : lines(stanza.get("Conffiles"))) {
            // A path may have blanks: the sum is the last word.
            std::string_view path = trim(line);
            const bool kept = !path.ends_with(" obsolete") && !path.ends_with(" remove-on-upgrade");
            const std::size_t blank = path.rfind(' ');
            if (!kept || blank == std::string_view::npos || path.size() - blank != 33 || path[0] != '/') continue;
            const std::string whole = root + std::string(trim(path.substr(1, blank - 1)));
            SUPPLY_TRY(call({whole, owner->second, "md5", path.substr(blank + 1), true}));
          }
          return {};
        });
    SUPPLY_TRY(read);
  }
  return {};
}

// A package's scripts in dpkg's database begin with its name.
std::string directory(const pkg::Package& package) {
  if (is_in_status_d(package.location)) return package.location;
  std::string_view directory = directory_of(package.location);
  if (base_name(directory) == "updates") directory = directory_of(directory);
  return std::string(directory) + "/info/" + package.name;
}

}  // namespace

const Cataloger& dpkg() {
  static constexpr std::string_view kTypes[] = {"deb"};
  static constexpr Cataloger cataloger{.name = "dpkg",
                                       .types = kTypes,
                                       .collectors = collectors,
                                       .read = read,
                                       .owned = owned,
                                       .listed = listed,
                                       .recorded = recorded,
                                       .directory = directory};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
