#include "libsupply/content/catalog/internal/tree_state.hpp"

#include <algorithm>
#include <unordered_set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/checksum_text.hpp"

namespace supply::catalog {
namespace {

class NothingKept final : public rootfs::FileSink {
 public:
  void feed(std::string_view) override {}
  std::optional<std::size_t> held() const override { return 0; }
  Result<std::optional<std::string>> finish() override { return std::optional(std::string()); }
};

class ElfFiles final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "elf-files"; }
  int version() const override { return 1; }
  std::span<const rootfs::Select> selects() const override {
    static constexpr rootfs::Select kSelects[] = {{rootfs::Select::By::magic, "\x7f\x45LF"}};
    return kSelects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader&, std::string_view head) const override {
    // Not for the path of a link alone.
    return head.starts_with("\x7f\x45LF") ? std::make_unique<NothingKept>() : nullptr;
  }
};
constexpr ElfFiles kElfFiles;

// The raw hash of that algorithm, or nothing where it was not computed.
std::optional<std::string_view> hash_of(const rootfs::FileDigests& digests, std::string_view algorithm) {
  if (algorithm == "md5") return digests.md5;
  if (algorithm == "sha1") return digests.sha1;
  if (algorithm == "sha256") return digests.sha256;
  return std::nullopt;
}

bool is_computed(std::string_view algorithm) {
  return algorithm == "md5" || algorithm == "sha1" || algorithm == "sha256";
}

// Whether what was recorded can be compared: a checksum that is too short, or none, says nothing of the file.
bool is_comparable(const pkg::Checksum& expected) {
  return !is_computed(expected.algorithm) || pkg::is_hash_of(expected.algorithm, expected.hex);
}

// Whether a link leads where its package's did: apk records the hash of the path.
bool is_recorded_link(const rootfs::File& file, const RecordedFile& recorded) {
  if (file.type != rootfs::EntryType::symlink || file.entry == nullptr) return false;
  if (recorded.algorithm != "sha1" && recorded.algorithm != "sha256") return false;
  const auto algorithm = recorded.algorithm == "sha1" ? crypto::HashAlgorithm::sha1 : crypto::HashAlgorithm::sha256;
  return to_hex(crypto::hash(algorithm, file.entry->target)) == to_lower(recorded.hex);
}

// How a file differs from what was recorded; nothing when it is the same.
Result<std::optional<pkg::ChangedFile>> compare(const Context& context, const RecordedFile& recorded) {
  pkg::ChangedFile out;
  out.path = recorded.path;
  out.configuration = recorded.configuration;
  out.expected = {std::string(recorded.algorithm), to_lower(recorded.hex)};
  SUPPLY_TRY(auto file, context.find(recorded.path));
  const bool itself = file && file->path == recorded.path && file->type == rootfs::EntryType::file;
  if (!itself) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + recorded.path.size() / 8));
    const auto link = context.tree.find_unfollowed(recorded.path);
    if (link && is_recorded_link(*link, recorded)) return std::optional<pkg::ChangedFile>();
    if (!file && !link) {
      out.kind = pkg::ChangedFile::Kind::deleted;
      std::string scratch;  // RECORD has "../../../bin/x"
      if (const auto clean = clean_path(recorded.path, scratch)) out.path = *clean;
      return std::optional(std::move(out));
    }
    if (!file) file = link;  // which leads nowhere
  }
  out.path = file->path;
  out.layer = context.layer_of(*file);
  if (file->type == rootfs::EntryType::file) {
    if (file->digests == nullptr) return Error(ErrorCode::internal, "no digests of " + quote(file->path));
    const auto found = hash_of(*file->digests, recorded.algorithm);
    if (found && is_comparable(out.expected)) out.found = to_hex(*found);
    else out.kind = pkg::ChangedFile::Kind::unchecked;
    if (!out.found.empty() && out.found == out.expected.hex) return std::optional<pkg::ChangedFile>();
  } else if (!is_computed(recorded.algorithm)) {
    out.kind = pkg::ChangedFile::Kind::unchecked;
  }
  return std::optional(std::move(out));
}

}  // namespace

const rootfs::Collector& elf_files() { return kElfFiles; }

Status add_changed_files(const Context& context, pkg::Inventory& catalog) {
  const auto& layers = context.tree.layers();
  if (std::none_of(layers.begin(), layers.end(), [](const auto* scan) { return !scan->digests.empty(); })) return {};
  const TakeRecorded call = [&](const RecordedFile& recorded) -> Status {
    SUPPLY_TRY(auto changed, compare(context, recorded));
    if (!changed) return {};
    changed->package = catalog.packages[recorded.owner].purl.to_string();
    SUPPLY_TRY(context.share.spend(Cost::memory, 2 * (sizeof *changed + changed->path.size() + 200)));
    catalog.changed.push_back(*std::move(changed));
    return {};
  };
  for (const Cataloger* cataloger : all_catalogers())
    if (cataloger->recorded != nullptr) SUPPLY_TRY(cataloger->recorded(context, catalog, call));
  std::sort(catalog.changed.begin(), catalog.changed.end());
  catalog.changed.erase(std::unique(catalog.changed.begin(), catalog.changed.end()), catalog.changed.end());
  return {};
}

Status add_unowned_executables(const Context& context, pkg::Inventory& catalog) {
  std::unordered_set<std::string_view> owned;
  std::set<std::string> directories, locations;
  for (const pkg::Package& package : catalog.packages) {
    for (const std::string& path : package.files) owned.insert(path);
    SUPPLY_TRY(context.share.spend(Cost::memory, 64 * package.files.size() + 200 + 2 * package.location.size()));
    locations.insert(package.location.substr(0, package.location.find("!/")));
    for (const Cataloger* cataloger : all_catalogers())
      if (cataloger->name == package.cataloger && cataloger->directory != nullptr)
        if (std::string directory = cataloger->directory(package); !directory.empty())
          directories.insert(std::move(directory));
  }
  std::set<std::pair<std::uint32_t, std::uint32_t>> elf;
  for (const rootfs::CollectedFile& file : context.tree.collected(kElfFiles.name()))
    elf.emplace(file.file.layer, file.file.entry_index);
  const auto is_owned = [&](const std::string& path) {
    if (owned.contains(path) || locations.contains(path)) return true;
    const std::string_view name = base_name(path);
    const std::string_view without =
        std::string_view(path).substr(0, path.size() - name.size() + std::min(name.rfind('.'), name.size()));
    if (directories.contains(std::string(without)) ||
        directories.contains(std::string(without.substr(0, without.rfind(':')))))
      return true;
    for (std::string_view at = directory_of(path); !at.empty(); at = directory_of(at))
      if (directories.contains(std::string(at))) return true;
    return false;
  };
  Status status;
  context.tree.for_each([&](const rootfs::File& file) {
    if (!status || file.type != rootfs::EntryType::file || file.entry == nullptr) return;
    if ((file.entry->mode & 0111) == 0 && !elf.contains({file.layer, file.entry_index})) return;
    if (is_owned(file.path)) return;
    status = context.share.spend(Cost::memory, 2 * (sizeof(pkg::UnownedExecutable) + file.path.size() + 100));
    if (status) catalog.unowned.push_back({file.path, context.layer_of(file)});
  });
  return status;
}

}  // namespace supply::catalog
