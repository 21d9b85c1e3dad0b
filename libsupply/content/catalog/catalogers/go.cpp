// Go programs, by the build information that the linker puts into them (ELF, PE and Mach-O).
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/executable.hpp"
#include "libsupply/content/catalog/internal/go_build_info.hpp"

namespace supply::catalog::catalogers {
namespace {

class Sink final : public rootfs::FileSink {
 public:
  void feed(std::string_view chunk) override { search_.feed(chunk); }
  std::optional<std::size_t> held() const override { return search_.held(); }
  Result<std::optional<std::string>> finish() override { return search_.finish(); }

 private:
  GoBuildInfoSearch search_;
};

class Programs final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "go"; }
  int version() const override { return 2; }
  std::span<const rootfs::Select> selects() const override { return kExecutableSelects; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader&, std::string_view head) const override {
    // Not for the path of a link alone: the program is read under its own name.
    return head.empty() ? nullptr : std::make_unique<Sink>();
  }
};
const Programs kPrograms;

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kPrograms}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const rootfs::CollectedFile& file : context.tree.collected(kPrograms.name())) {
    // Further names of one program say nothing new.
    if (!seen.emplace(file.file.layer, file.file.entry_index).second) continue;
    const std::string& path = file.file.path;
    Result<std::vector<pkg::Package>> packages = [&]() -> Result<std::vector<pkg::Package>> {
      SUPPLY_TRY(const GoBuildInfo info, go_build_info_from_record(file.content));
      return parse_go_modules(info);
    }();
    if (!packages) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"go", path, packages.error().message()}, catalog));
      continue;
    }
    for (pkg::Package& package : *packages) {
      package.location = path;
      package.layer = context.layer_of(file.file);
      SUPPLY_TRY(context.add(std::move(package), catalog));
    }
  }
  return {};
}

}  // namespace

const Cataloger& go() {
  static constexpr std::string_view kTypes[] = {"golang"};
  static constexpr Cataloger cataloger{.name = "go", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
