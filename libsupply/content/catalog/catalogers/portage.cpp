// Gentoo's packages: var/db/pkg/CATEGORY/NAME-VERSION, a directory for each.
#include <algorithm>
#include <map>
#include <set>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/directories.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"
#include "libsupply/content/catalog/internal/portage_database.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kDatabase = "var/db/pkg";
constexpr std::string_view kFiles[] = {"PF",      "LICENSE", "RDEPEND",  "PDEPEND",
                                       "IDEPEND", "USE",     "HOMEPAGE", "repository"};

bool is_in_database(std::string_view path) {
  return is_or_ends_with(directory_of(directory_of(directory_of(path))), "db/pkg");
}

std::string keep_paths(std::string bytes, bool) { return reduce_portage_contents(bytes); }

constexpr Select kSelects[] = {{Select::By::name, "PF"},       {Select::By::name, "LICENSE"},
                               {Select::By::name, "RDEPEND"},  {Select::By::name, "PDEPEND"},
                               {Select::By::name, "IDEPEND"},  {Select::By::name, "USE"},
                               {Select::By::name, "HOMEPAGE"}, {Select::By::name, "repository"}};
constexpr Select kContentsSelects[] = {{Select::By::name, "CONTENTS"}};
constexpr std::string_view kWellKnown[] = {"var/db/pkg/*"};
constexpr PathCollector kMetadata({.name = "portage",
                                   .version = 2,
                                   .selects = kSelects,
                                   .wants = is_in_database,
                                   .limit = kMaxPackageMetadataBytes,
                                   .well_known = kWellKnown});
constexpr PathCollector kContents({.name = "portage-owned",
                                   .selects = kContentsSelects,
                                   .wants = is_in_database,
                                   .limit = kMaxCollectedFileBytes,
                                   .reduce = keep_paths});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kMetadata, &kContents}; }

// The directories of databases: where Portage has it, and wherever files lie as in one.
using Directories = std::set<std::string, std::less<>>;
Result<Directories> databases(const Context& context, const Contents& files) {
  Directories out;
  SUPPLY_TRY(add_directory_at(context, kDatabase, out));
  for (const rootfs::CollectedFile& file : files.all())
    if (base_name(file.file.path) == "PF") out.emplace(directory_of(directory_of(directory_of(file.file.path))));
  return out;
}

// The package of one directory, with what its files say.
Result<std::optional<DebPackage>> read_one(const Context& context, const Contents& files, std::string_view category,
                                           const NamedDirectory& directory, pkg::Inventory& catalog) {
  std::map<std::string, std::string_view> texts;
  std::optional<rootfs::CollectedFile> first;
  std::size_t bytes = directory.name.size() + category.size(), names = 0;
  for (const std::string_view name : kFiles) {
    const auto file = files.find(directory.file.path + "/" + std::string(name));
    if (!file) continue;
    if (!first) first = file;
    if (file->content == kOverLimit) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"portage", file->file.path, "longer than is read"}, catalog));
      continue;
    }
    bytes += file->content.size();
    names += static_cast<std::size_t>(std::count(file->content.begin(), file->content.end(), ' '));
    texts.emplace(name, file->content);
  }
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + bytes));
  constexpr std::size_t kNameBytes = 200;
  SUPPLY_TRY(context.share.spend(
      Cost::memory, sizeof(DebPackage) + kPackageTableBytes + kCopiesOfIdentity * bytes + kNameBytes * names));
  const std::string place = first ? first->file.path : directory.file.path;
  auto package = describe_portage(category, directory.name, texts, context.distribution);
  if (!package) {
    SUPPLY_TRY(context.add(pkg::KnownUnknown{"portage", place, package.error().message()}, catalog));
    return std::optional<DebPackage>();
  }
  package->package.location = place;
  package->package.layer = context.layer_of(first ? first->file : directory.file);
  return std::optional<DebPackage>(*std::move(package));
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents files(context.tree, kMetadata.name());
  SUPPLY_TRY(const Directories roots, databases(context, files));
  SUPPLY_TRY(const auto categories, directories_in(context, roots));
  for (const auto& [root, listed] : categories) {
    std::map<std::string, std::string> names;  // of categories, by their directories
    Directories paths;
    for (const NamedDirectory& category : listed) {
      if (!is_portage_category(category.name)) continue;
      names.emplace(category.file.path, category.name);
      paths.insert(category.file.path);
    }
    SUPPLY_TRY(const auto found, directories_in(context, paths));
    PackageMemory made(context.share);
    std::vector<DebPackage> packages;
    for (const auto& [path, directories] : found) {
      for (const NamedDirectory& directory : directories) {
        // What is being merged, or hidden, is passed over. Source: vartree.py _excluded_dirs.
        if (directory.name.starts_with('.') || directory.name.starts_with("-MERGING-")) continue;
        if (split_portage_name(directory.name).first.empty()) {
          const std::string reason = "a name that Portage does not read";
          SUPPLY_TRY(context.add(pkg::KnownUnknown{"portage", directory.file.path, reason}, catalog));
          continue;
        }
        SUPPLY_TRY(auto package, read_one(context, files, names.at(path), directory, catalog));
        if (package) packages.push_back(*std::move(package));
      }
    }
    SUPPLY_TRY(resolve_depends(packages, context.share));
    SUPPLY_TRY(add_all(context, made, std::move(packages), catalog));
  }
  return {};
}

// Paths are absolute; where the database is in a prefix they begin with it, where it is in a chroot they do not.
Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  const Contents contents(context.tree, kContents.name());
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger != "portage") continue;
    std::string_view directory = package.location;
    if (!split_portage_name(base_name(directory_of(directory))).first.empty()) directory = directory_of(directory);
    const auto list = contents.find(std::string(directory) + "/CONTENTS");
    if (!list) continue;
    const std::string_view database = directory_of(directory_of(directory));
    const std::string root(is_or_ends_with(database, kDatabase) ? database.substr(0, database.size() - kDatabase.size())
                                                                : std::string_view());
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + list->content.size() / 4));
    for (const std::string_view path : lines(list->content))
      SUPPLY_TRY(call(path.starts_with(root) ? std::string(path) : root + std::string(path), i));
  }
  return {};
}

}  // namespace

const Cataloger& portage() {
  static constexpr std::string_view kTypes[] = {"ebuild"};
  static constexpr Cataloger cataloger{
      .name = "portage", .types = kTypes, .collectors = collectors, .read = read, .owned = owned};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
