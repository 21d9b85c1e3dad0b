// Go programs, by the build information that the linker puts into them (ELF, PE and Mach-O).
#include <array>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/go_build_info.hpp"

namespace supply::catalog::catalogers {
namespace {

class Sink final : public rootfs::FileSink {
 public:
  void feed(std::string_view chunk) override { search_.feed(chunk); }
  Result<std::optional<std::string>> finish() override { return search_.finish(); }

 private:
  GoBuildInfoSearch search_;
};

bool is_program(std::string_view head) {
  static constexpr std::array<std::string_view, 7> kMagics = {std::string_view("\x7f"
                                                                               "ELF"),
                                                              std::string_view("MZ"),
                                                              std::string_view("\xfe\xed\xfa\xce"),
                                                              std::string_view("\xfe\xed\xfa\xcf"),
                                                              std::string_view("\xce\xfa\xed\xfe"),
                                                              std::string_view("\xcf\xfa\xed\xfe"),
                                                              std::string_view("\xca\xfe\xba\xbe")};
  for (const std::string_view magic : kMagics) {
    if (head.starts_with(magic)) return true;
  }
  return false;
}

class Programs final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "go"; }
  int version() const override { return 1; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader&, std::string_view head) const override {
    if (!is_program(head)) return nullptr;
    return std::make_unique<Sink>();
  }
};
const Programs kPrograms;

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kPrograms}; }

Status read(const Context& context, Catalog& catalog) {
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
      SUPPLY_TRY(context.add(KnownUnknown{"go", path, packages.error().message()}, catalog));
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
  static constexpr Cataloger cataloger{"go", collectors, read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
