// Programs that no package of the image's system owns, and that say in an ELF note which package they were built as.
#include <map>
#include <set>

#include "libsupply/base/elf/elf.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/package_note.hpp"

namespace supply::catalog::catalogers {
namespace {

constexpr char kNote = 'N', kWrong = 'E';

// Qualcomm's firmware is in parts that are no files of their own: .mdt has the headers of what .b00 and further ones
// have.
bool is_of_firmware(std::string_view path) {
  return path.starts_with("firmware/") || path.find("/firmware/") != std::string_view::npos;
}

class Sink final : public rootfs::FileSink {
 public:
  explicit Sink(bool is_part) : is_part_(is_part) {}
  void feed(std::string_view chunk) override { notes_.feed(chunk); }
  std::optional<std::size_t> held() const override { return notes_.held(); }
  Result<std::optional<std::string>> finish() override {
    std::optional<std::string> out;
    const Status status = notes_.finish([&](const elf::Note& note) -> Status {
      if (note.owner == kPackageNoteOwner && note.type == kPackageNoteType) out = kNote + std::string(note.description);
      return {};
    });
    // Notes over the limit may say something of a package. Those that are none say nothing: a file of debug information
    // has other bytes in their place. Of a program that is cut off nobody knows what it would say.
    if (!status && status.error().code() == ErrorCode::limit_exceeded)
      return std::optional(kWrong + status.error().message());
    const Status whole = notes_.whole();
    if (!out && !whole && !is_part_) return std::optional(kWrong + whole.error().message());
    return out;
  }

 private:
  bool is_part_;
  elf::NoteReader notes_{kMaxElfNoteBytes};
};

class Programs final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "elf-notes"; }
  int version() const override { return 2; }
  std::span<const rootfs::Select> selects() const override {
    static constexpr rootfs::Select kSelects[] = {{rootfs::Select::By::magic, elf::kMagic}};
    return kSelects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    // Not for the path of a link alone: the program is read under its own name.
    return head.empty() ? nullptr : std::make_unique<Sink>(is_of_firmware(file.path));
  }
};
constexpr Programs kPrograms;

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kPrograms}; }

Status relate(const Context& context, pkg::Inventory& catalog) {
  const auto files = context.tree.collected(kPrograms.name());
  std::set<std::string> paths;
  for (const rootfs::CollectedFile& file : files) {
    SUPPLY_TRY(context.share.spend(Cost::memory, 2 * (sizeof file.file.path + file.file.path.size())));
    paths.insert(file.file.path);
  }
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, paths));
  std::set<std::string> seen;  // one package has many programs
  for (const rootfs::CollectedFile& file : files) {
    const std::string& path = file.file.path;
    if (owned.contains(path)) continue;
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + file.content.size()));
    Result<pkg::Package> package = file.content.starts_with(kNote)
                                       ? parse_package_note(std::string_view(file.content).substr(1))
                                       : Error(ErrorCode::malformed, std::string(file.content.substr(1)));
    if (!package) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"elf-notes", path, package.error().message()}, catalog));
      continue;
    }
    if (!seen.insert(package->purl.to_string()).second) continue;
    package->location = path;
    package->layer = context.layer_of(file.file);
    SUPPLY_TRY(context.add(*std::move(package), catalog));
  }
  return {};
}

}  // namespace

const Cataloger& elf_notes() {
  // Tools name generic packages each in their own way: they are not compared.
  static constexpr Cataloger cataloger{
      .name = "elf-notes", .types = {}, .collectors = collectors, .read = nullptr, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
