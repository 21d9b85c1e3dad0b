// Installed gems: specifications/*.gemspec of each directory of gems, and specifications/default of the gems that Ruby
// itself has. And gems in directories of an application's own, by its Gemfile.lock: Bundler loads them from there.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/gemspec.hpp"

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
const PathCollector kGemspecs(
    {.name = "ruby", .selects = kSelects, .wants = wants, .limit = kMaxPackageMetadataBytes, .reduce = keep_or_mark});

// Of a lock the sections PATH alone: "remote: DIRECTORY" and "NAME (VERSION)" below "specs:".
// Source: Bundler, lockfile_parser.rb.
std::string keep_paths(std::string bytes, bool complete) {
  if (!complete) return std::string(kOverLimit);
  std::string out;
  bool kept = false;
  for (const std::string_view line : lines(bytes)) {
    if (!line.starts_with(' ')) kept = trim(line) == "PATH";
    if (kept && (line.starts_with("  remote: ") || (line.starts_with("    ") && !line.starts_with("     "))))
      out.append(trim(line)).append("\n");
  }
  return out;
}

constexpr Select kLockSelects[] = {{Select::By::name, "Gemfile.lock"}, {Select::By::name, "gems.locked"}};
const PathCollector kLocks(
    {.name = "ruby-locks", .selects = kLockSelects, .limit = kMaxPackageMetadataBytes, .reduce = keep_paths});

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

// "core (0.1.0)", "core (0.1.0-java)". Bundler compares the version with the gemspec's, and does not start where it
// differs.
Result<DescribedPackage> locked_gem(std::string_view line) {
  const std::size_t open = line.find(" (");
  if (open == std::string_view::npos || !line.ends_with(')'))
    return Error(ErrorCode::malformed, "PATH: " + quote(line) + " is no gem with its version");
  DescribedPackage gem;
  std::string_view version = line.substr(open + 2, line.size() - open - 3);
  pkg::PurlParts parts{"gem", "", std::string(line.substr(0, open)), "", {}, ""};
  if (const std::size_t dash = version.find('-'); dash != std::string_view::npos) {
    gem.package.architecture = version.substr(dash + 1);
    parts.qualifiers["platform"] = gem.package.architecture;
    version = version.substr(0, dash);
  }
  parts.version = version;
  gem.package.name = parts.name;
  gem.package.version = parts.version;
  gem.key = parts.name;
  SUPPLY_TRY(gem.package.purl, pkg::Purl::create(std::move(parts)));
  return gem;
}

// The gems of a lock's PATH sections, of directories that are there.
Status read_lock(const Context& context, const rootfs::CollectedFile& lock, DescribedPackages& packages) {
  const std::string directory = std::string(directory_of(lock.file.path)) + "/";
  if (lock.content == kOverLimit) return packages.add_unknown(lock.file.path, "longer than is read");
  bool is_there = false;
  for (const std::string_view line : lines(lock.content)) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + line.size()));
    if (line.starts_with("remote: ")) {
      const std::string_view remote = line.substr(8);
      SUPPLY_TRY(const auto found,
                 context.find(remote.starts_with('/') ? std::string(remote) : directory + std::string(remote)));
      is_there = found && found->type == rootfs::EntryType::directory;
      continue;
    }
    if (!is_there) continue;
    Result<DescribedPackage> gem = locked_gem(line);
    if (!gem) {
      SUPPLY_TRY(packages.add_unknown(lock.file.path, gem.error().message()));
      continue;
    }
    SUPPLY_TRY(packages.add(lock.file, std::string(directory_of(lock.file.path)), *std::move(gem)));
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
    SUPPLY_TRY(packages.read(file, place, [](std::string_view text) -> Result<DescribedList> {
      SUPPLY_TRY(DescribedPackage gem, parse_gemspec(text));
      return DescribedList{std::move(gem)};
    }));
  }
  for (const rootfs::CollectedFile& lock : context.tree.collected(kLocks.name())) {
    SUPPLY_TRY(context.share.spend(Cost::steps, lock.file.path.size()));
    const bool in_repository = lock.file.path.find("bundler/gems/") != std::string::npos;  // its gemspecs are read
    if (in_repository || is_inside_gem(lock.file.path, gemspecs)) continue;
    SUPPLY_TRY(read_lock(context, lock, packages));
  }
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
