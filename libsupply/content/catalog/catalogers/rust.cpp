// Crates in Rust programs that cargo-auditable built (ELF, PE and Mach-O).
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/audited_crates.hpp"
#include "libsupply/content/catalog/internal/executable.hpp"

namespace supply::catalog::catalogers {
namespace {

class Sink final : public rootfs::FileSink {
 public:
  void feed(std::string_view chunk) override { search_.feed(chunk); }
  std::optional<std::size_t> held() const override { return search_.held(); }
  Result<std::optional<std::string>> finish() override { return search_.finish(); }

 private:
  AuditedCratesSearch search_{kMaxAuditedCratesBytes};
};

class Programs final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "rust"; }
  int version() const override { return 1; }
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
    PackageMemory made(context.share);
    auto crates = audited_crates_from_record(file.content, context.share);
    if (!crates) {
      if (crates.error().code() == ErrorCode::limit_exceeded) return std::move(crates).error();
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"rust", path, crates.error().message()}, catalog));
      continue;
    }
    made.all(crates->size());
    for (pkg::Package& crate : *crates) {
      crate.location = path;
      crate.layer = context.layer_of(file.file);
      made.give_back_one();
      SUPPLY_TRY(context.add(std::move(crate), catalog));
    }
  }
  return {};
}

}  // namespace

const Cataloger& rust() {
  static constexpr std::string_view kTypes[] = {"cargo"};
  static constexpr Cataloger cataloger{.name = "rust", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
