// Programs that no package of the image's system owns, by what their own bytes say.
#include <map>
#include <set>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/executable.hpp"
#include "libsupply/content/catalog/internal/program_search.hpp"

namespace supply::catalog::catalogers {
namespace {

class Sink final : public rootfs::FileSink {
 public:
  explicit Sink(ProgramSearch search) : search_(std::move(search)) {}
  void feed(std::string_view chunk) override { search_.feed(chunk); }
  std::optional<std::size_t> held() const override { return search_.held(); }
  Result<std::optional<std::string>> finish() override { return search_.finish(); }

 private:
  ProgramSearch search_;
};

class Programs final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "programs"; }
  int version() const override { return 7; }
  std::span<const rootfs::Select> selects() const override { return program_selects(); }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    // Not for the path of a link alone: the program is read under its own name.
    if (head.empty()) return nullptr;
    ProgramSearch search(base_name(file.path), is_executable(head));
    return search.has_kinds() ? std::make_unique<Sink>(std::move(search)) : nullptr;
  }
};
constexpr Programs kPrograms;

// Large executables of other names, and no libraries.
class Runtimes final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "program-runtimes"; }
  int version() const override { return 1; }
  std::span<const rootfs::Select> selects() const override { return kExecutableSelects; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    if (head.empty() || file.size < kMinRuntimeBytes) return nullptr;
    const std::string_view name = base_name(file.path);
    if (name.find(".so") != std::string_view::npos || ProgramSearch(name, true).has_kinds()) return nullptr;
    return std::make_unique<Sink>(ProgramSearch::of_runtimes());
  }
};
constexpr Runtimes kRuntimes;

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kPrograms, &kRuntimes}; }

// Where a program is installed: "opt/x" of "opt/x/bin/python3.12" and of "opt/x/lib/libpython3.12.so.1.0".
std::string prefix_of(std::string_view path) {
  std::string_view directory = directory_of(path);
  for (std::string_view at = directory; !at.empty(); at = directory_of(at)) {
    const std::string_view last = base_name(at);
    if (last == "bin" || last == "sbin" || last == "lib" || last == "lib64" || last == "libexec") {
      directory = directory_of(at);
      break;
    }
  }
  return std::string(directory == "usr" ? "" : directory);
}

Result<bool> has_beside(const Context& context, const ProgramKind& kind, std::string_view path) {
  if (kind.beside.empty()) return true;
  const std::string directory(directory_of(path));
  for (const std::string_view below : split(kind.beside, ' ')) {
    SUPPLY_TRY(const auto file, context.find((directory.empty() ? "" : directory + "/") + std::string(below)));
    if (file) return true;
  }
  return false;
}

Status relate(const Context& context, pkg::Inventory& catalog) {
  std::vector<rootfs::CollectedFile> files = context.tree.collected(kPrograms.name());
  const auto& runtimes = context.tree.collected(kRuntimes.name());
  files.insert(files.end(), runtimes.begin(), runtimes.end());
  std::set<std::string> paths;
  for (const rootfs::CollectedFile& file : files) {
    SUPPLY_TRY(context.share.spend(Cost::memory, 2 * (sizeof file.file.path + file.file.path.size())));
    paths.insert(file.file.path);
  }
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, paths));
  // One program has several files that say its version, as postgres and psql.
  std::set<std::tuple<std::string_view, std::string_view, std::string>> seen;
  std::set<std::pair<std::uint32_t, std::uint32_t>> entries;
  for (const rootfs::CollectedFile& file : files) {
    const std::string& path = file.file.path;
    if (owned.contains(path)) continue;
    if (!entries.emplace(file.file.layer, file.file.entry_index).second) continue;
    for (const FoundProgram& found : programs_from_record(base_name(path), file.content)) {
      SUPPLY_TRY(const bool is_there, has_beside(context, *found.kind, path));
      if (!is_there || !seen.emplace(found.kind->name, found.version, prefix_of(path)).second) continue;
      pkg::Package package;
      package.name = found.kind->name;
      package.version = found.version;
      SUPPLY_TRY(package.purl, pkg::Purl::create({"generic", "", package.name, package.version, {}, ""}));
      package.cpes = cpes_of(found.kind->cpes, found.version);
      package.cataloger = "programs";
      package.location = path;
      package.layer = context.layer_of(file.file);
      SUPPLY_TRY(context.add(std::move(package), catalog));
      if (!found.has_application) continue;
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"programs", path,
                                               "an application with " + std::string(found.kind->name) +
                                                   " in it, whose packages are not known"},
                             catalog));
    }
  }
  return {};
}

}  // namespace

const Cataloger& programs() {
  // Tools name generic packages each in their own way: they are not compared.
  static constexpr Cataloger cataloger{
      .name = "programs", .types = {}, .collectors = collectors, .read = nullptr, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
