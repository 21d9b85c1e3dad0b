// Go programs, by the build information that the linker puts into them (ELF, PE and Mach-O).
#include "libsupply/content/catalog/internal/go_build_info.hpp"
#include "libsupply/content/catalog/internal/program_collector.hpp"

namespace supply::catalog::catalogers {
namespace {

constexpr ProgramCollector<GoBuildInfoSearch> kPrograms("go", 6);

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kPrograms}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  return for_each_program(context, kPrograms, [&](const rootfs::CollectedFile& file) -> Status {
    bool is_whole = true;
    Result<std::vector<pkg::Package>> packages = [&]() -> Result<std::vector<pkg::Package>> {
      SUPPLY_TRY(const GoBuildInfo info, go_build_info_from_record(file.content));
      is_whole = info.has_modules;
      return parse_go_modules(info);
    }();
    if (!packages) return context.add(pkg::KnownUnknown{"go", file.file.path, packages.error().message()}, catalog);
    for (pkg::Package& package : *packages) {
      package.location = file.file.path;
      package.layer = context.layer_of(file.file);
      SUPPLY_TRY(context.add(std::move(package), catalog));
    }
    if (is_whole) return {};
    return context.add(
        pkg::KnownUnknown{"go", file.file.path, "a Go program without build information, whose modules are not known"},
        catalog);
  });
}

}  // namespace

const Cataloger& go() {
  static constexpr std::string_view kTypes[] = {"golang"};
  static constexpr Cataloger cataloger{.name = "go", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
