// Crates in Rust programs that cargo-auditable built (ELF, PE and Mach-O).
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/audited_crates.hpp"
#include "libsupply/content/catalog/internal/program_collector.hpp"

namespace supply::catalog::catalogers {
namespace {

struct Search : AuditedCratesSearch {
  Search() : AuditedCratesSearch(kMaxAuditedCratesBytes) {}
};
constexpr ProgramCollector<Search> kPrograms("rust", 1);

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kPrograms}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  return for_each_program(context, kPrograms, [&](const rootfs::CollectedFile& file) -> Status {
    const std::string& path = file.file.path;
    PackageMemory made(context.share);
    auto crates = audited_crates_from_record(file.content, context.share);
    if (!crates) {
      if (crates.error().code() == ErrorCode::limit_exceeded) return std::move(crates).error();
      return context.add(pkg::KnownUnknown{"rust", path, crates.error().message()}, catalog);
    }
    return add_all(context, made, *std::move(crates), catalog, &file.file);
  });
}

}  // namespace

const Cataloger& rust() {
  static constexpr std::string_view kTypes[] = {"cargo"};
  static constexpr Cataloger cataloger{.name = "rust", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
