// Installed gems: specifications/*.gemspec of each directory of gems, and specifications/default of the gems that Ruby
// itself has; and what Bundler loads from directories of the application.
#include <map>
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/directories.hpp"
#include "libsupply/content/catalog/internal/gemspec.hpp"
#include "libsupply/content/catalog/internal/path_gems.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool is_gemspec(std::string_view name) { return name.size() > 8 && name.ends_with(".gemspec"); }

// Source: RubyGems, lib/rubygems.rb (Gem.path) and specification.rb (Specification.dirs, default gems).
std::string_view specifications_of(std::string_view path) {
  std::string_view directory = directory_of(path);
  if (base_name(directory) == "default") directory = directory_of(directory);
  return base_name(directory) == "specifications" ? directory : std::string_view();
}

// bundler/gems/NAME-COMMIT/NAME.gemspec, and deeper where a repository has several gems: Bundler's own copy, in which
// it writes out each gemspec that it finds. Source: Bundler, source/path.rb (DEFAULT_GLOB "{,*,*/*}.gemspec"),
// source/git.rb (serialize_gemspecs_in).
bool is_of_repository(std::string_view path) {
  constexpr int kDirectories = 3;
  std::string_view at = directory_of(path);
  for (int i = 0; i < kDirectories && !at.empty(); ++i, at = directory_of(at))
    if (is_or_ends_with(directory_of(at), "bundler/gems")) return !is_in_tests(path.substr(at.size()));
  return false;
}

bool wants(std::string_view path) {
  return is_gemspec(base_name(path)) && (!specifications_of(path).empty() || is_of_repository(path));
}

constexpr Select kSelects[] = {{Select::By::suffix, ".gemspec"}};
constexpr PathCollector kGemspecs(
    {.name = "ruby", .selects = kSelects, .wants = wants, .limit = kMaxPackageMetadataBytes});

constexpr Select kLockSelects[] = {{Select::By::name, "Gemfile.lock"}, {Select::By::name, "gems.locked"}};
constexpr PathCollector kLocks({.name = "ruby-path-gems", .selects = kLockSelects, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kGemspecs, &kLocks}; }

// Whether a path lies in a gem that is installed: what its tests have is not installed.
bool is_inside_gem(std::string_view path, const Contents& gemspecs) {
  for (std::string_view at = directory_of(path); !at.empty(); at = directory_of(at)) {
    const std::string_view gems = directory_of(at);
    if (base_name(gems) != "gems") continue;
    const std::string_view root = directory_of(gems);
    if (base_name(root) == "bundler") return specifications_of(path) != std::string_view();
    const std::string file = "/specifications/" + std::string(base_name(at)) + ".gemspec";
    if (gemspecs.find(std::string(root) + file)) return true;
  }
  return false;
}

// A gem of a lock whose directory is there without a gemspec of the gem's name.
struct UnnamedGem {
  const rootfs::CollectedFile* lock;
  PathGem gem;
  std::string directory;  // where links lead
};

// What locks say of gems in directories, and which gemspecs are those of gems that were found by their names.
struct PathGems {
  std::vector<UnnamedGem> unnamed;
  std::set<std::string, std::less<>> named;
};

Status add_path_gem(const rootfs::CollectedFile& lock, const PathGem& gem, const rootfs::File& place,
                    DescribedPackages& packages) {
  DescribedPackage one;
  one.package.name = one.key = gem.name;
  one.package.version = gem.version;
  one.package.architecture = gem.platform;
  one.requires_ = gem.requires_;
  pkg::PurlParts parts{"gem", "", gem.name, gem.version, {}, ""};
  if (!gem.platform.empty()) parts.qualifiers["platform"] = gem.platform;
  SUPPLY_TRY(one.package.purl, pkg::Purl::create(std::move(parts)));
  return packages.add(place, std::string(directory_of(lock.file.path)), std::move(one));
}

// Those of a lock that are there: a lock alone says what an application needs, not what it has.
Status read_path_gems(const Context& context, const rootfs::CollectedFile& lock, DescribedPackages& packages,
                      PathGems& found) {
  if (lock.content == kOverLimit) return packages.add_unknown(lock.file.path, "longer than is read");
  const std::string directory(directory_of(lock.file.path));
  SUPPLY_TRY(context.share.spend(Cost::steps, 20 + lock.content.size() / 4));
  Result<std::vector<PathGem>> gems = parse_path_gems(lock.content);
  if (!gems) return packages.add_unknown(lock.file.path, gems.error().message());
  for (const PathGem& gem : *gems) {
    const std::string base = path_from(directory, gem.directory) + "/";
    std::optional<rootfs::File> gemspec;
    for (const std::string& below : {std::string(), gem.name + "/"}) {
      if (gemspec) break;
      SUPPLY_TRY(gemspec, context.find(base + below + gem.name + ".gemspec"));
    }
    if (gemspec) {
      found.named.insert(gemspec->path);
      SUPPLY_TRY(add_path_gem(lock, gem, *gemspec, packages));
      continue;
    }
    SUPPLY_TRY(const auto place, context.find(base));
    if (!place || place->type != rootfs::EntryType::directory) continue;
    SUPPLY_TRY(context.share.spend(Cost::memory, sizeof(UnnamedGem) + lock.content.size()));
    found.unnamed.push_back({&lock, gem, place->path});
  }
  return {};
}

// Bundler reads each gemspec in a gem's directory, whatever its name. Source: Bundler, source/path.rb
// (DEFAULT_GLOB "{,*,*/*}.gemspec", load_spec_files).
Status read_unnamed_gems(const Context& context, const PathGems& found, DescribedPackages& packages) {
  if (found.unnamed.empty()) return {};
  std::map<std::string, std::vector<rootfs::File>, std::less<>> gemspecs;  // by the gems' directories
  std::map<std::string, std::size_t, std::less<>> gems;
  std::set<std::string, std::less<>> with_named;
  for (const UnnamedGem& each : found.unnamed) ++gems[each.directory];
  std::uint64_t steps = 0, memory = 0;
  context.tree.for_each([&](const rootfs::File& file) {
    steps += 1 + file.path.size() / 32;
    if (!is_gemspec(base_name(file.path))) return;
    constexpr int kDirectories = 3;
    std::string_view at = directory_of(file.path);
    for (int i = 0; i < kDirectories; ++i, at = directory_of(at)) {
      if (gems.contains(at)) {
        if (found.named.contains(file.path)) {
          with_named.emplace(at);
          break;
        }
        gemspecs[std::string(at)].push_back(file);
        memory += sizeof(file) + file.path.size();
      }
      if (at.empty()) break;
    }
  });
  SUPPLY_TRY(context.share.spend(Cost::steps, steps));
  SUPPLY_TRY(context.share.spend(Cost::memory, memory));
  for (const UnnamedGem& each : found.unnamed) {
    const std::vector<rootfs::File>& there = gemspecs[each.directory];
    const std::size_t wanted = gems[each.directory];
    // Those that are there have their names, and none is left for this one: it is not there.
    if (there.empty() && with_named.contains(each.directory)) continue;
    // Bundler makes a specification up for a directory without one where the Gemfile says the version.
    const bool is_made_up = there.empty() && wanted == 1 && base_name(each.gem.directory) == each.gem.name;
    if (is_made_up || there.size() == wanted) {
      SUPPLY_TRY(
          add_path_gem(*each.lock, each.gem, wanted == 1 && !there.empty() ? there[0] : each.lock->file, packages));
    } else {
      SUPPLY_TRY(packages.add_unknown(each.lock->file.path, "PATH: whether " + quote(each.gem.directory) +
                                                                " holds the gem " + quote(each.gem.name)));
    }
  }
  return {};
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents gemspecs(context.tree, kGemspecs.name());
  DescribedPackages packages(context, "ruby", catalog, DescribedPackages::Elsewhere::yes);
  for (const rootfs::CollectedFile& file : gemspecs.all()) {
    const std::string& path = file.file.path;
    SUPPLY_TRY(context.share.spend(Cost::steps, path.size()));
    if (is_inside_gem(path, gemspecs)) continue;
    const std::string place(specifications_of(path).empty() ? directory_of(path) : specifications_of(path));
    SUPPLY_TRY(packages.read_one(file, place, parse_gemspec));
  }
  PathGems found;
  const std::vector<rootfs::CollectedFile> locks = context.tree.collected(kLocks.name());
  for (const rootfs::CollectedFile& lock : locks) {
    if (is_in_tests(lock.file.path) || is_inside_gem(lock.file.path, gemspecs)) continue;
    SUPPLY_TRY(read_path_gems(context, lock, packages, found));
  }
  SUPPLY_TRY(read_unnamed_gems(context, found, packages));
  return packages.finish();
}

// DIRECTORY/specifications/NAME-VERSION.gemspec is of what is in DIRECTORY/gems/NAME-VERSION.
std::string directory(const pkg::Package& package) {
  const std::string_view specifications = directory_of(package.location);
  std::string_view name = base_name(package.location);
  if (base_name(specifications) != "specifications" || !name.ends_with(".gemspec")) return {};
  name.remove_suffix(std::string_view(".gemspec").size());
  return std::string(directory_of(specifications)) + "/gems/" + std::string(name);
}

}  // namespace

const Cataloger& ruby() {
  static constexpr std::string_view kTypes[] = {"gem"};
  static constexpr Cataloger cataloger{
      .name = "ruby", .types = kTypes, .collectors = collectors, .read = read, .directory = directory};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
