// pacman's packages (Arch Linux and its kin, MSYS2): a directory for each in var/lib/pacman/local.
#include <set>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/directories.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"
#include "libsupply/content/catalog/internal/pacman_database.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kLocal = "var/lib/pacman/local";

// In any directory that is named as a package: a database is found by links and by configuration too.
bool wants(std::string_view path) { return !split_pacman_name(base_name(directory_of(path))).first.empty(); }

std::string keep_desc(std::string bytes, bool) { return reduce_pacman_desc(bytes); }
std::string keep_files(std::string bytes, bool) { return reduce_pacman_files(bytes); }

constexpr Select kDescSelects[] = {{Select::By::name, "desc"}};
constexpr Select kFilesSelects[] = {{Select::By::name, "files"}};
constexpr std::string_view kWellKnown[] = {"var/lib/pacman/local/*"};
constexpr PathCollector kDescs({.name = "pacman",
                                .selects = kDescSelects,
                                .wants = wants,
                                .limit = kMaxPackageMetadataBytes,
                                .reduce = keep_desc,
                                .well_known = kWellKnown});
constexpr PathCollector kFiles({.name = "pacman-owned",
                                .selects = kFilesSelects,
                                .wants = wants,
                                .limit = kMaxCollectedFileBytes,
                                .reduce = keep_files});

// Of pacman's configuration, where it keeps its database. Source: pacman.conf(5), "DBPath".
bool wants_options(std::string_view path) { return path == "etc/pacman.conf"; }

std::string keep_places(std::string bytes, bool) {
  std::string out;
  for (std::string_view line : lines(bytes)) {
    line = trim(line);
    if (!line.starts_with("DBPath")) continue;
    const std::string_view value = trim(line.substr(6));
    if (value.starts_with('=')) out += std::string(trim(value.substr(1))) + "\n";
  }
  return out;
}

constexpr std::string_view kWellKnownOptions[] = {"etc/pacman.conf"};
constexpr Select kOptionSelects[] = {{Select::By::name, "pacman.conf"}};
constexpr PathCollector kOptions({.name = "pacman-options",
                                  .selects = kOptionSelects,
                                  .wants = wants_options,
                                  .limit = kMaxPackageMetadataBytes,
                                  .reduce = keep_places,
                                  .well_known = kWellKnownOptions});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kDescs, &kFiles, &kOptions}; }

// The directories of databases.
Result<std::set<std::string, std::less<>>> databases(const Context& context, const Contents& descs) {
  std::set<std::string, std::less<>> out;
  SUPPLY_TRY(add_directory_at(context, kLocal, out));
  for (const rootfs::CollectedFile& options : context.tree.collected(kOptions.name()))
    for (const std::string_view place : lines(options.content))
      SUPPLY_TRY(add_directory_at(context, std::string(place) + "/local", out));
  for (const rootfs::CollectedFile& desc : descs.all()) {
    const std::string_view database = directory_of(directory_of(desc.file.path));
    if (is_or_ends_with(database, kLocal)) out.emplace(database);
  }
  return out;
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents descs(context.tree, kDescs.name());
  SUPPLY_TRY(const auto places, databases(context, descs));
  SUPPLY_TRY(const auto found, directories_in(context, places));
  for (const auto& [database, directories] : found) {
    PackageMemory made(context.share);
    std::vector<DebPackage> packages;
    for (const auto& [name, directory] : directories) {
      const std::string path = directory.path + "/desc";
      const auto desc = descs.find(path);
      const std::string_view said = desc ? desc->content : std::string_view();
      SUPPLY_TRY(context.share.spend(Cost::steps, 10 + said.size() / 4));
      SUPPLY_TRY(context.share.spend(Cost::memory, sizeof(DebPackage) + kPackageTableBytes +
                                                       kCopiesOfIdentity * (name.size() + said.size()) +
                                                       memory_of_names(said, "\n")));
      if (split_pacman_name(name).first.empty()) {
        SUPPLY_TRY(
            context.add(pkg::KnownUnknown{"pacman", directory.path, "a name that pacman does not read"}, catalog));
        continue;
      }
      auto package = describe_pacman(name, said, context.distribution);
      if (!package || said.empty()) {
        const std::string reason = package ? "no desc that describes the package" : package.error().message();
        SUPPLY_TRY(context.add(pkg::KnownUnknown{"pacman", path, reason}, catalog));
      }
      if (!package) continue;
      package->package.location = path;
      package->package.layer = context.layer_of(desc ? desc->file : directory);
      packages.push_back(*std::move(package));
    }
    SUPPLY_TRY(resolve_depends(packages, context.share));
    SUPPLY_TRY(add_all(context, made, std::move(packages), catalog));
  }
  return {};
}

Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  const Contents files(context.tree, kFiles.name());
  std::string path;
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger != "pacman") continue;
    const std::string_view directory = directory_of(package.location), database = directory_of(directory);
    const auto list = files.find(std::string(directory) + "/files");
    if (!list) continue;
    const std::string_view root =
        is_or_ends_with(database, kLocal) ? database.substr(0, database.size() - kLocal.size()) : std::string_view();
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + list->content.size() / 4));
    for (const std::string_view line : lines(list->content)) {
      path.assign(root).append(line);
      SUPPLY_TRY(call(path, i));
    }
  }
  return {};
}

}  // namespace

const Cataloger& pacman() {
  static constexpr std::string_view kTypes[] = {"alpm"};
  static constexpr Cataloger cataloger{
      .name = "pacman", .types = kTypes, .collectors = collectors, .read = read, .owned = owned};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
