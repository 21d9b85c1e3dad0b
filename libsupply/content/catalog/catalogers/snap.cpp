// Snaps: unpacked ones by meta/snap.yaml, with Ubuntu's packages in them; those that snapd installed by its state.json,
// in which they are file systems (squashfs) that are not read.
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"
#include "libsupply/content/catalog/internal/snap_package.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kState = "var/lib/snapd/state.json";

bool is_snap(std::string_view path) { return is_or_ends_with(path, "meta/snap.yaml"); }
// Of a snap that Snapcraft made, and of a core snap: Ubuntu's packages in it.
bool is_manifest(std::string_view path) {
  return is_or_ends_with(path, "snap/manifest.yaml") || is_or_ends_with(path, "usr/share/snappy/dpkg.yaml");
}

bool wants(std::string_view path) { return is_snap(path) || is_manifest(path) || is_or_ends_with(path, kState); }

constexpr Select kSelects[] = {{Select::By::name, "snap.yaml"},
                               {Select::By::name, "manifest.yaml"},
                               {Select::By::name, "dpkg.yaml"},
                               {Select::By::name, "state.json"}};
constexpr std::string_view kWellKnown[] = {"meta/snap.yaml", "usr/share/snappy/dpkg.yaml", kState};
constexpr PathCollector kFiles(
    {.name = "snap", .selects = kSelects, .wants = wants, .limit = kMaxCollectedFileBytes, .well_known = kWellKnown});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles}; }

Result<std::vector<pkg::Package>> parse(const Context& context, const rootfs::CollectedFile& file) {
  const std::string& path = file.file.path;
  if (is_or_ends_with(path, kState)) return parse_snapd_state(file.content);
  if (is_manifest(path)) return parse_snap_packages(file.content, context.distribution);
  SUPPLY_TRY(pkg::Package snap, parse_snap_yaml(file.content));
  return std::vector<pkg::Package>{std::move(snap)};
}

Status read(const Context& context, pkg::Inventory& catalog) {
  for (const rootfs::CollectedFile& file : context.tree.collected(kFiles.name())) {
    const std::string& path = file.file.path;
    PackageMemory made(context.share);
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + file.content.size() / 2));
    // Each package has a line, or a '{', of its own.
    SUPPLY_TRY(context.share.spend(Cost::memory,
                                   kCopiesOfIdentity * file.content.size() + memory_of_names(file.content, "\n{,")));
    auto packages = parse(context, file);
    if (!packages) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"snap", path, packages.error().message()}, catalog));
      continue;
    }
    SUPPLY_TRY(context.share.spend(Cost::memory, packages->size() * (sizeof(pkg::Package) + kPackageTableBytes)));
    const std::size_t count = packages->size();
    SUPPLY_TRY(add_all(context, made, *std::move(packages), catalog, &file.file));
    if (is_or_ends_with(path, kState) && count > 0)
      SUPPLY_TRY(context.add(
          pkg::KnownUnknown{"snap", path,
                            "snaps that snapd mounts, which Supply does not read: " + std::to_string(count)},
          catalog));
  }
  return {};
}

}  // namespace

const Cataloger& snap() {
  // Not generic, of which documents have what no cataloger here finds.
  static constexpr std::string_view kTypes[] = {"deb"};
  static constexpr Cataloger cataloger{.name = "snap", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
