// Python distributions in zip archives: eggs, zipapps, archives that shiv and pex make, and those that path files and
// PYTHONPATH name. Source: CPython, Lib/zipimport.py, Lib/site.py.
#include <algorithm>
#include <set>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/directories.hpp"
#include "libsupply/content/catalog/internal/python_archive.hpp"
#include "libsupply/content/catalog/internal/python_requirements.hpp"
#include "libsupply/content/catalog/python.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kZip = "PK\x03\x04";

bool is_egg(std::string_view path) { return path.ends_with(".egg"); }

bool is_archive_name(std::string_view path) {
  return is_egg(path) || path.ends_with(".zip") || path.ends_with(".pyz") || path.ends_with(".pyzw") ||
         path.ends_with(".pex") || path.ends_with(".whl");
}

// Holds an archive while it streams by, and keeps what its distributions say.
class Sink final : public rootfs::FileSink {
 public:
  // What is not held is said where it holds distributions.
  Sink(std::string_view path, bool held) : egg_(is_egg(path)), held_(held) {}

  void feed(std::string_view chunk) override {
    is_empty_ = is_empty_ && chunk.empty();
    search_.feed(chunk);
    if (held_ && chunk.size() > kMaxNestedArchiveBytes - bytes_.size()) held_ = false;
    if (held_) bytes_ += chunk;
    else bytes_ = std::string();
  }
  std::optional<std::size_t> held() const override { return bytes_.size(); }
  Result<std::optional<std::string>> finish() override {
    return Error(ErrorCode::internal, "an archive is read within a budget");
  }
  Result<std::optional<std::string>> finish_within(Share& share) override {
    PythonArchive archive;
    if (!search_.found()) {
      if (!egg_ || is_empty_) return std::optional<std::string>();
      archive.fault = "an egg that is no zip archive, or has no metadata";
    } else if (!held_) {
      archive.has_others = true;
    } else {
      SUPPLY_TRY(share.spend(Cost::memory, bytes_.size()));
      SUPPLY_TRY(archive, read_python_archive(bytes_, share));
      share.give_back(Cost::memory, bytes_.size());
    }
    return std::optional(to_record(archive));
  }

 private:
  PythonArchiveSearch search_;
  std::string bytes_;
  bool egg_, held_, is_empty_ = true;
};

class Archives final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "python-archives"; }
  int version() const override { return 1; }
  std::span<const Select> selects() const override {
    static constexpr Select kSelects[] = {{Select::By::magic, kZip},    {Select::By::magic, "#!"},
                                          {Select::By::suffix, ".zip"}, {Select::By::suffix, ".egg"},
                                          {Select::By::suffix, ".pyz"}, {Select::By::suffix, ".pyzw"},
                                          {Select::By::suffix, ".pex"}};
    return kSelects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    const bool program = head.starts_with("#!") && head.find("python") != std::string_view::npos;
    if (!head.starts_with(kZip) && !program && !is_archive_name(file.path)) return nullptr;
    // Other formats are zip archives too, some of them large: documents, Java's, models.
    const bool is_plain = base_name(file.path).find('.') == std::string_view::npos;
    return std::make_unique<Sink>(file.path, program || is_plain || is_archive_name(file.path));
  }
};
constexpr Archives kArchives;

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
constexpr PathCollector kPathFiles({.name = "python-path-files",
                                    .selects = kPathFileSelects,
                                    .wants = wants_path_file,
                                    .limit = kMaxCollectedFileBytes,
                                    .reduce = keep_paths});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kArchives, &kPathFiles}; }

// The files that path files and PYTHONPATH name.
Result<std::set<std::string>> named_files(const Context& context) {
  std::set<std::string> out;
  const auto add = [&](std::string_view path) -> Status {
    SUPPLY_TRY(const auto file, context.find(path));
    if (file && file->type == rootfs::EntryType::file) out.insert(file->path);
    return {};
  };
  for (const rootfs::CollectedFile& paths : context.tree.collected(kPathFiles.name()))
    for (const std::string_view path : lines(paths.content))
      SUPPLY_TRY(add(path_from(directory_of(paths.file.path), path)));
  for (const std::string_view path : context.paths_in("PYTHONPATH")) SUPPLY_TRY(add(path));
  return out;
}

// PEX with "--layout packed" runs zipped wheels where they lie. Source: pex-tool/pex, pex/pex_info.py, pex_builder.py.
Result<bool> is_of_pex(const Context& context, std::string_view wheel) {
  const std::string_view directory = directory_of(wheel);
  if (base_name(directory) != ".deps") return false;
  const std::string_view above = directory_of(directory);
  SUPPLY_TRY(const auto info, context.find(std::string(above) + (above.empty() ? "" : "/") + "PEX-INFO"));
  return info && info->type == rootfs::EntryType::file;
}

constexpr std::string_view kUnread = "Python packages in an archive, which Supply does not read";

// When all packages of the system are known: what they own is no unknown.
Status relate(const Context& context, pkg::Inventory& catalog) {
  SUPPLY_TRY(std::set<std::string> named, named_files(context));
  std::vector<pkg::KnownUnknown> unknowns;
  std::set<std::string> files;  // of the unknowns
  const auto add_unknown = [&](const std::string& path, std::string_view place, std::string_view reason) {
    unknowns.push_back(
        {"python-archives", place.empty() ? path : path + "!/" + std::string(place), std::string(reason)});
    files.insert(path);
  };
  std::vector<PythonPackage> packages;
  std::vector<std::string> sites;
  for (const rootfs::CollectedFile& file : context.tree.collected(kArchives.name())) {
    const std::string& path = file.file.path;
    // A wheel is one to install from, unless it is on the path.
    const bool is_named = named.erase(path) > 0;
    if (path.ends_with(".whl") && !is_named) {
      SUPPLY_TRY(const bool is_run, is_of_pex(context, path));
      if (!is_run) continue;
    }
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.content.size()));
    SUPPLY_TRY(const PythonArchive archive, python_archive_from_record(file.content));
    if (!archive.fault.empty()) add_unknown(path, {}, archive.fault);
    else if (archive.has_others) add_unknown(path, {}, kUnread);
    for (const PythonArchiveMember& member : archive.members) {
      auto python = member.fault.empty() ? parse_python_metadata(member.header)
                                         : Result<PythonPackage>(Error(ErrorCode::malformed, member.fault));
      if (!python) {
        add_unknown(path, member.place, python.error().message());
        continue;
      }
      SUPPLY_TRY(context.share.spend(Cost::memory, 2 * (sizeof(PythonPackage) + path.size() + member.header.size())));
      python->package.location = path + "!/" + member.place;
      python->package.layer = context.layer_of(file.file);
      packages.push_back(*std::move(python));
      sites.push_back(path);
    }
  }
  for (const std::string& path : named) add_unknown(path, {}, kUnread);
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, files));
  for (pkg::KnownUnknown& unknown : unknowns)
    if (!owned.contains(unknown.path.substr(0, unknown.path.find("!/"))))
      SUPPLY_TRY(context.add(std::move(unknown), catalog));
  return add_python_packages(context, "python-archives", std::move(packages), sites, catalog);
}

}  // namespace

const Cataloger& python_archives() {
  static constexpr std::string_view kTypes[] = {"pypi"};
  static constexpr Cataloger cataloger{
      .name = "python-archives", .types = kTypes, .collectors = collectors, .read = nullptr, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
