// Installed Python distributions: *.dist-info/METADATA, *.egg-info/PKG-INFO and *.egg-info files.
#include "libsupply/content/catalog/python.hpp"

#include <algorithm>
#include <array>
#include <map>
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
#include "libsupply/content/catalog/internal/python_path_files.hpp"
#include "libsupply/content/pkg/package_cost.hpp"

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
const Metadata kMetadata;

bool wants_direct_url(std::string_view path) {
  return base_name(path) == "direct_url.json" && to_lower(base_name(directory_of(path))).ends_with(".dist-info");
}

constexpr Select kDirectUrlSelects[] = {{Select::By::name, "direct_url.json"}};
const PathCollector kDirectUrls({.name = "python-direct-url",
                                 .selects = kDirectUrlSelects,
                                 .wants = wants_direct_url,
                                 .limit = kMaxPackageMetadataBytes,
                                 .reduce = keep_or_mark});

const PathCollector kRecords(
    {.name = "python-owned", .selects = kRecordSelects, .wants = wants_record, .limit = kMaxCollectedFileBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files) {
  if (files == WithOwnedFiles::no) return {&kMetadata, &kDirectUrls};
  return {&kMetadata, &kDirectUrls, &kRecords};
}

Status add_files(const Contents& records, const Context& context, const std::string& metadata, pkg::Package& package) {
  const std::string directory(directory_of(metadata));
  std::set<std::string> found;
  const auto add = [&](std::string_view from, std::string_view path) -> Status {
    SUPPLY_TRY(const auto file,
               context.find(path.starts_with('/') ? std::string(path) : std::string(from) + "/" + std::string(path)));
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

// Where the image's environment and the path files make Python look.
Result<Directories> named_by_others(const Context& context) {
  Directories found;
  for (const std::string_view path : context.paths_in("PYTHONPATH")) SUPPLY_TRY(add_directory_at(context, path, found));
  for (const rootfs::CollectedFile& file : context.tree.collected(kPythonPathFiles))
    for (const std::string_view path : lines(file.content))
      SUPPLY_TRY(add_directory_at(context, path_in_site(file.file.path, path), found));
  return found;
}

// Whether a directory lies in tests, fixtures or examples below one in which distributions are installed, or of a
// package of npm: nothing on Python's path is there, unless the environment names it.
Result<bool> is_in_tests_of_another(const Context& context, std::string_view site, const Directories& sites,
                                    const Directories& asked) {
  SUPPLY_TRY(context.share.spend(Cost::steps, site.size()));
  if (asked.contains(site)) return false;
  // Wherever it lies, a Python of its own looks there.
  if (site.empty() || base_name(site) == "site-packages" || base_name(site) == "dist-packages") return false;
  for (std::string_view at = directory_of(site);; at = directory_of(at)) {
    const bool holds = sites.contains(at) || base_name(at) == "node_modules" || base_name(at) == "site-packages";
    if (holds && is_in_tests(site.substr(at.size()))) return true;
    if (at.empty()) return false;
  }
}

// Distributions that Python finds by the name of their directory, although nothing in it says what they are.
// Source: CPython, Lib/importlib/metadata: FastPath.search goes by names alone.
Status add_undescribed(const Context& context, const std::vector<rootfs::CollectedFile>& files,
                       const Directories& sites, const Directories& asked, pkg::Inventory& catalog) {
  std::set<std::string_view> described;
  for (const rootfs::CollectedFile& file : files) described.insert(directory_of(file.file.path));
  std::vector<std::string> found;
  std::uint64_t steps = 0, bytes = 0;
  context.tree.for_each([&](const rootfs::File& file) {
    const bool may_be = file.type == rootfs::EntryType::directory || file.type == rootfs::EntryType::symlink;
    steps += 1;
    if (!may_be || !is_metadata_name(base_name(file.path)) || described.contains(file.path)) return;
    steps += file.path.size() / 8;
    bytes += sizeof file.path + file.path.size();
    found.push_back(file.path);
  });
  SUPPLY_TRY(context.share.spend(Cost::steps, steps));
  SUPPLY_TRY(context.share.spend(Cost::memory, bytes));
  for (const std::string& path : found) {
    SUPPLY_TRY(const auto target, context.find(path));
    if (!target || target->type != rootfs::EntryType::directory) continue;
    SUPPLY_TRY(const bool in_tests, is_in_tests_of_another(context, site_of(path), sites, asked));
    if (in_tests) continue;
    const std::string reason = "a distribution without METADATA, which nobody knows the name of";
    SUPPLY_TRY(context.add(pkg::KnownUnknown{"python", path, reason}, catalog));
  }
  return {};
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

Status read(const Context& context, pkg::Inventory& catalog) {
  const std::vector<rootfs::CollectedFile> files = context.tree.collected(kMetadata.name());
  const Contents records(context.tree, kRecords.name());
  const Contents direct_urls(context.tree, kDirectUrls.name());
  SUPPLY_TRY(const Directories asked, named_by_others(context));
  Directories sites;
  for (const rootfs::CollectedFile& file : files) sites.insert(site_of(file.file.path));
  SUPPLY_TRY(add_undescribed(context, files, sites, asked, catalog));
  std::vector<PythonPackage> packages;
  std::map<std::pair<std::string, std::string>, std::size_t> by_name;
  for (const rootfs::CollectedFile* file : chosen(files)) {
    const std::string& path = file->file.path;
    SUPPLY_TRY(context.share.spend(Cost::steps, 100 + file->content.size() / 2));
    SUPPLY_TRY(const bool in_tests, is_in_tests_of_another(context, site_of(path), sites, asked));
    if (in_tests) continue;
    auto parsed = [&]() -> Result<PythonPackage> {
      if (file->content.starts_with(kFailed))
        return Error(ErrorCode::limit_exceeded, std::string(file->content.substr(1)));
      return parse_python_metadata(file->content);
    }();
    if (!parsed) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"python", path, parsed.error().message()}, catalog));
      continue;
    }
    parsed->package.location = path;
    parsed->package.layer = context.layer_of(file->file);
    SUPPLY_TRY(read_direct_url(direct_urls, path, parsed->package, context, catalog));
    SUPPLY_TRY(add_files(records, context, path, parsed->package));
    by_name.emplace(std::pair(site_of(path), parsed->package.purl.parts().name), packages.size());
    packages.push_back(*std::move(parsed));
  }
  std::vector<std::string> purls;
  for (const PythonPackage& python : packages) purls.push_back(python.package.purl.to_string());
  for (PythonPackage& python : packages) {
    std::set<std::string_view> depends;
    std::pair<std::string, std::string> key{site_of(python.package.location), {}};
    for (const std::string& name : python.requires_) {
      // Each look-up compares the whole directory.
      SUPPLY_TRY(context.share.spend(Cost::steps, 5 + key.first.size() / 16));
      key.second = name;
      const auto found = by_name.find(key);
      if (found != by_name.end()) depends.insert(purls[found->second]);
    }
    SUPPLY_TRY(pkg::set_depends(python.package, depends, context.share));
  }
  for (PythonPackage& python : packages) SUPPLY_TRY(context.add(std::move(python.package), catalog));
  return {};
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

}  // namespace

const Cataloger& python() {
  static constexpr std::string_view kTypes[] = {"pypi"};
  static constexpr Cataloger cataloger{
      .name = "python", .types = kTypes, .collectors = collectors, .read = read, .recorded = recorded};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
