// Installed Python distributions: *.dist-info/METADATA, *.egg-info/PKG-INFO and *.egg-info files.
#include "libsupply/content/catalog/python.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/direct_url.hpp"
#include "libsupply/content/catalog/internal/directories.hpp"
#include "libsupply/content/catalog/internal/python_headers.hpp"
#include "libsupply/content/catalog/internal/python_requirements.hpp"

namespace supply::catalog::catalogers {
namespace {

// Source: CPython, Lib/importlib/metadata: Lookup.__init__ and PathDistribution.metadata: a directory (or a file) whose
// name ends so in any case; METADATA first, then PKG-INFO.
bool is_metadata_name(std::string_view name) {
  const std::string lower = to_lower(name);
  return lower.ends_with(".dist-info") || lower.ends_with(".egg-info") || lower == "egg-info";
}

bool wants_metadata(std::string_view path) {
  const std::string_view name = base_name(path);
  if (name == "METADATA" || name == "PKG-INFO") return is_metadata_name(base_name(directory_of(path)));
  return name.size() > 9 && is_metadata_name(name);
}

bool wants_record(std::string_view path) {
  const std::string_view name = base_name(path);
  if (name != "RECORD" && name != "installed-files.txt") return false;
  const std::string directory = to_lower(base_name(directory_of(path)));
  return name == "RECORD" ? directory.ends_with("dist-info") : directory.ends_with("egg-info");
}

constexpr const char* kLeftByPip = "left by pip when it was stopped; whether its files are whole is not known";

// Why a header could not be read, in place of it.
constexpr char kFailed = '\0';

class Sink final : public rootfs::FileSink {
 public:
  void feed(std::string_view chunk) override { reader_.feed(chunk); }
  Result<std::optional<std::string>> finish() override {
    const auto headers = reader_.finish();
    return std::optional<std::string>(headers ? to_text(*headers) : kFailed + headers.error().message());
  }

 private:
  PythonHeaderReader reader_;
};

using rootfs::Select;
// A directory or a file may be named "egg-info" alone.
constexpr Select kSelects[] = {{Select::By::name, "METADATA"},
                               {Select::By::name, "PKG-INFO"},
                               {Select::By::suffix, ".egg-info"},
                               {Select::By::suffix, ".dist-info"}};
constexpr Select kRecordSelects[] = {{Select::By::name, "RECORD"}, {Select::By::name, "installed-files.txt"}};

// What matters of each header is kept.
class Metadata final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "python"; }
  int version() const override { return 2; }
  std::span<const Select> selects() const override { return kSelects; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view) const override {
    if (!wants_metadata(file.path)) return nullptr;
    return std::make_unique<Sink>();
  }
  std::span<const std::string_view> names_below(std::string_view link) const override {
    static constexpr std::array<std::string_view, 2> kNames = {"METADATA", "PKG-INFO"};
    if (!is_metadata_name(base_name(link))) return {};
    return kNames;
  }
};
constexpr Metadata kMetadata;

bool wants_direct_url(std::string_view path) {
  return base_name(path) == "direct_url.json" && to_lower(base_name(directory_of(path))).ends_with(".dist-info");
}

constexpr Select kDirectUrlSelects[] = {{Select::By::name, "direct_url.json"}};
constexpr PathCollector kDirectUrls({.name = "python-direct-url",
                                     .selects = kDirectUrlSelects,
                                     .wants = wants_direct_url,
                                     .limit = kMaxPackageMetadataBytes});

constexpr PathCollector kRecords(
    {.name = "python-owned", .selects = kRecordSelects, .wants = wants_record, .limit = kMaxCollectedFileBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files) {
  if (files == WithOwnedFiles::no) return {&kMetadata, &kDirectUrls};
  return {&kMetadata, &kDirectUrls, &kRecords};
}

Status add_files(const Contents& records, const Context& context, const std::string& metadata, pkg::Package& package) {
  const std::string directory(directory_of(metadata));
  std::set<std::string> found;
  const auto add = [&](std::string_view from, std::string_view path) -> Status {
    SUPPLY_TRY(const auto file, context.find(path_from(from, path)));
    if (file && file->type == rootfs::EntryType::file) found.insert(file->path);
    return {};
  };
  if (const auto record = records.find(directory + "/RECORD")) {
    for (const std::string& path : parse_python_record(record->content)) SUPPLY_TRY(add(directory_of(directory), path));
  } else if (const auto installed = records.find(directory + "/installed-files.txt")) {
    for (const std::string_view path : lines(installed->content)) SUPPLY_TRY(add(directory, path));
  }
  package.files.assign(found.begin(), found.end());
  return {};
}

// The directory in which a distribution is installed: requirements are looked for there. That of NAME.egg/EGG-INFO
// holds the egg.
std::string site_of(std::string_view metadata) {
  const std::string_view name = base_name(metadata);
  std::string_view site = directory_of(metadata);
  if (name == "METADATA" || name == "PKG-INFO") site = directory_of(site);
  if (to_lower(base_name(site)).ends_with(".egg")) site = directory_of(site);
  return std::string(site);
}

using Directories = std::set<std::string, std::less<>>;

// Where the image's environment and path files make Python look. Source: CPython, Lib/site.py (addpackage).
Result<Directories> named_directories(const Context& context) {
  Directories found;
  for (const std::string_view path : context.paths_in("PYTHONPATH")) SUPPLY_TRY(add_directory_at(context, path, found));
  for (const rootfs::CollectedFile& file : context.tree.collected("python-path-files"))
    for (const std::string_view path : lines(file.content))
      SUPPLY_TRY(add_directory_at(context, path_from(directory_of(file.file.path), path), found));
  return found;
}

bool is_site_name(std::string_view name) { return name == "site-packages" || name == "dist-packages"; }

// uv unpacks wheels to CACHE/archive-v0/ID, and links or copies what is installed from there.
bool is_in_cache(std::string_view site) {
  if (base_name(directory_of(site)).starts_with("archive-v")) return true;
  const auto components = path_components(site);
  return std::find(components.begin(), components.end(), ".cache") != components.end();
}

// Whether a directory is none that is on Python's path: it lies in a package that is installed (what a package brings
// with it, as setuptools/_vendor does, is a part of it), in tests, fixtures or examples below a directory in which
// distributions are installed, in a package of npm, or in an installer's cache. pip lists nothing there. What the
// environment or a path file names is on the path.
Result<bool> is_off_path(const Context& context, std::string_view site, const Directories& sites,
                         const Directories& named) {
  SUPPLY_TRY(context.share.spend(Cost::steps, site.size()));
  if (named.contains(site)) return false;
  // Wherever it lies, a Python of its own looks there.
  if (site.empty() || is_site_name(base_name(site))) return false;
  if (is_in_cache(site)) return true;
  for (std::string_view at = directory_of(site);; at = directory_of(at)) {
    if (is_site_name(base_name(at))) return true;
    const bool holds = sites.contains(at) || base_name(at) == "node_modules";
    if (holds && is_in_tests(site.substr(at.size()))) return true;
    if (at.empty()) return false;
  }
}

Status read_direct_url(const Contents& direct_urls, const std::string& metadata, pkg::Package& package,
                       const Context& context, pkg::Inventory& catalog) {
  const auto file = direct_urls.find(std::string(directory_of(metadata)) + "/direct_url.json");
  if (!file) return {};
  constexpr std::uint64_t kMemoryPerByte = 32;
  SUPPLY_TRY(context.share.spend(Cost::memory, kMemoryPerByte * file->content.size()));
  const Status added = file->content == kOverLimit ? Status(Error(ErrorCode::malformed, "longer than is read"))
                                                   : add_direct_url(file->content, package);
  context.share.give_back(Cost::memory, kMemoryPerByte * file->content.size());
  return added ? Status() : context.add(pkg::KnownUnknown{"python", file->file.path, added.error().message()}, catalog);
}

// One distribution's metadata: METADATA, where there is one that says anything, else PKG-INFO.
std::vector<const rootfs::CollectedFile*> chosen(const std::vector<rootfs::CollectedFile>& files) {
  std::vector<const rootfs::CollectedFile*> out;
  for (const rootfs::CollectedFile& file : files) {  // sorted by path
    const std::string_view path = file.file.path;
    if (base_name(path) == "PKG-INFO" && !out.empty() && base_name(out.back()->file.path) == "METADATA" &&
        directory_of(out.back()->file.path) == directory_of(path)) {
      if (out.back()->content.empty()) out.back() = &file;
    } else {
      out.push_back(&file);
    }
  }
  return out;
}

// "NAME-VERSION.dist-info": what pip lists where the metadata name nobody. Nothing for other directories.
// Source: pip, _internal/metadata/importlib/_compat.py, parse_name_and_version_from_info_directory.
std::optional<PythonPackage> named_by_directory(std::string_view directory) {
  constexpr std::string_view kEnd = ".dist-info";
  std::string_view stem = base_name(directory);
  if (!to_lower(stem).ends_with(kEnd)) return std::nullopt;
  stem.remove_suffix(kEnd.size());
  const std::size_t dash = stem.find('-');
  if (dash == 0 || dash == std::string_view::npos || dash + 1 == stem.size()) return std::nullopt;
  auto named = parse_python_metadata("Name: " + std::string(stem.substr(0, dash)) +
                                     "\nVersion: " + std::string(stem.substr(dash + 1)) + "\n");
  return named ? std::optional(*std::move(named)) : std::nullopt;
}

// What pip renames while it replaces or removes a distribution, and leaves when it is stopped: nothing imports it.
// Source: pip, _internal/req/req_uninstall.py, AdjacentTempDirectory.
bool is_left_by_pip(std::string_view metadata) {
  const std::string_view parent = directory_of(metadata);
  return base_name(metadata).starts_with('~') || base_name(parent).starts_with('~');
}

// Directories of distributions in which no metadata were collected, each with the first file in it, or itself.
Result<std::map<std::string, rootfs::File>> without_metadata(const Context& context,
                                                             const std::vector<rootfs::CollectedFile>& files) {
  std::set<std::string_view> described;
  for (const rootfs::CollectedFile& file : files) described.insert(directory_of(file.file.path));
  std::map<std::string, rootfs::File> out;
  std::vector<rootfs::File> links;
  std::uint64_t bytes = 0;
  const auto may_be_name = [&](std::string_view name) {  // most do not end so: they are not made small letters
    return !name.empty() && (name.back() == 'o' || name.back() == 'O') && is_metadata_name(name);
  };
  const auto may_be = [&](std::string_view directory) {
    return may_be_name(base_name(directory)) && !described.contains(directory);
  };
  const auto add = [&](std::string_view directory, const rootfs::File& file) {
    const auto [at, added] = out.try_emplace(std::string(directory), file);
    if (added) bytes += 2 * (sizeof file + file.path.size());
    else if (at->second.type == rootfs::EntryType::directory) at->second = file;
  };
  const auto wants = [&](const rootfs::Name& each) {
    return may_be_name(each.type == rootfs::EntryType::directory ? each.name : each.directory) ||
           (each.type == rootfs::EntryType::symlink && may_be_name(each.name));
  };
  context.tree.for_each_named(wants, [&](const rootfs::File& file) {
    const bool is_directory = file.type == rootfs::EntryType::directory;
    const std::string_view directory = is_directory ? std::string_view(file.path) : directory_of(file.path);
    if (may_be(directory)) add(directory, file);
    if (file.type == rootfs::EntryType::symlink && may_be(file.path)) links.push_back(file);
  });
  for (const rootfs::File& link : links) {
    SUPPLY_TRY(const auto target, context.find(link.path));
    if (target && target->type == rootfs::EntryType::directory) add(link.path, link);
  }
  SUPPLY_TRY(context.share.spend(Cost::memory, bytes));
  SUPPLY_TRY(context.share.spend(Cost::steps, context.tree.size()));
  return out;
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const std::vector<rootfs::CollectedFile> files = context.tree.collected(kMetadata.name());
  const Contents records(context.tree, kRecords.name());
  const Contents direct_urls(context.tree, kDirectUrls.name());
  const Contents metadata(context.tree, kMetadata.name());
  SUPPLY_TRY(const Directories named_sites, named_directories(context));
  Directories sites;
  for (const rootfs::CollectedFile& file : files) sites.insert(site_of(file.file.path));
  std::vector<PythonPackage> packages;
  std::vector<std::string> places;
  for (const rootfs::CollectedFile* file : chosen(files)) {
    const std::string& path = file->file.path;
    SUPPLY_TRY(context.share.spend(Cost::steps, 100 + file->content.size() / 2));
    SUPPLY_TRY(const bool off_path, is_off_path(context, site_of(path), sites, named_sites));
    if (off_path) continue;
    if (is_left_by_pip(path)) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"python", path, kLeftByPip}, catalog));
      continue;
    }
    auto parsed = [&]() -> Result<PythonPackage> {
      if (file->content.starts_with(kFailed))
        return Error(ErrorCode::limit_exceeded, std::string(file->content.substr(1)));
      return parse_python_metadata(file->content);
    }();
    if (!parsed) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"python", path, parsed.error().message()}, catalog));
      auto named = named_by_directory(directory_of(path));
      if (!named) continue;
      parsed = *std::move(named);
    }
    parsed->package.location = path;
    parsed->package.layer = context.layer_of(file->file);
    SUPPLY_TRY(read_direct_url(direct_urls, path, parsed->package, context, catalog));
    SUPPLY_TRY(add_files(records, context, path, parsed->package));
    places.push_back(site_of(path));
    packages.push_back(*std::move(parsed));
  }
  SUPPLY_TRY(const auto bare, without_metadata(context, files));
  for (const auto& [directory, file] : bare) {
    const std::string site(directory_of(directory));
    SUPPLY_TRY(const bool off_path, is_off_path(context, site, sites, named_sites));
    if (off_path) continue;
    // Links to what an installer's cache has, as uv and pex make them.
    if (const auto linked = metadata.find(directory + "/METADATA")) {
      auto python =
          linked->content.starts_with(kFailed)
              ? Result<PythonPackage>(Error(ErrorCode::limit_exceeded, std::string(linked->content.substr(1))))
              : parse_python_metadata(linked->content);
      if (python) {
        python->package.location = directory + "/METADATA";
        python->package.layer = context.layer_of(file);
        packages.push_back(*std::move(python));
        places.push_back(site);
        continue;
      }
    }
    const bool left = base_name(directory).starts_with('~');
    SUPPLY_TRY(context.add(pkg::KnownUnknown{"python", directory, left ? kLeftByPip : "no METADATA in it"}, catalog));
    auto named = left ? std::nullopt : named_by_directory(directory);
    if (!named) continue;
    named->package.location = file.path;
    named->package.layer = context.layer_of(file);
    packages.push_back(*std::move(named));
    places.push_back(site);
  }
  return add_python_packages(context, "python", std::move(packages), places, catalog);
}

// What pip recorded. A file of its own tool, as RECORD itself, has no checksum there.
Status recorded(const Context& context, const pkg::Inventory& catalog, const TakeRecorded& call) {
  const Contents records(context.tree, kRecords.name());
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger != "python") continue;
    const std::string directory(directory_of(package.location));
    const auto record = records.find(directory + "/RECORD");
    if (!record) continue;
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + record->content.size() / 4));
    const std::string site(directory_of(directory));
    for (const PythonRecorded& file : parse_python_record_checksums(record->content)) {
      const std::string whole = file.path.starts_with('/') ? file.path.substr(1) : site + "/" + file.path;
      SUPPLY_TRY(call({whole, i, file.algorithm, file.hex, false}));
    }
  }
  return {};
}

// What describes it; its modules lie among those of others.
std::string directory(const pkg::Package& package) {
  const std::string_view directory = directory_of(package.location);
  const bool is_own = directory.ends_with(".dist-info") || directory.ends_with(".egg-info");
  return is_own ? std::string(directory) : std::string();
}

}  // namespace

const Cataloger& python() {
  static constexpr std::string_view kTypes[] = {"pypi"};
  static constexpr Cataloger cataloger{.name = "python",
                                       .types = kTypes,
                                       .collectors = collectors,
                                       .read = read,
                                       .recorded = recorded,
                                       .directory = directory};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
