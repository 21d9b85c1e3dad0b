// Linux kernels and modules that no package of the image's system owns: one package for each release, and one for each
// module that has a version of its own.
#include "libsupply/content/catalog/internal/linux_kernel.hpp"

#include <map>
#include <set>

#include "libsupply/base/archive/decompress.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/program_table.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

std::string keep_release(std::string head, bool) { return kernel_release(head).value_or(""); }

constexpr Select kKernelSelects[] = {{Select::By::prefix, "vmlinuz"}, {Select::By::prefix, "bzImage"}};
constexpr PathCollector kKernels(
    {.name = "linux-kernel", .selects = kKernelSelects, .limit = kKernelSetupBytes, .reduce = keep_release});

bool wants_module(std::string_view path) {
  if (path.find("lib/modules/") == std::string_view::npos) return false;
  return path.ends_with(".ko") || base_name(path).find(".ko.") != std::string_view::npos;
}

// Lines of a record: what was wrong, or else name, version, licence and release.
constexpr std::string_view kWrong = "?";

std::string keep_module(std::string bytes, bool complete) {
  const auto record = [&]() -> Result<std::string> {
    if (!complete) return Error(ErrorCode::limit_exceeded, "a kernel module that is larger than is read");
    const archive::Compression compression = archive::compression_of(bytes);
    std::string file;
    if (compression == archive::Compression::none) {
      file = std::move(bytes);
    } else if (!archive::is_unpacked(compression)) {
      return Error(ErrorCode::unsupported, "kernel modules in " + std::string(archive::to_string(compression)) +
                                               ", which Supply does not unpack");
    } else {
      archive::Decompressor unpack(
          [&](std::string_view more) -> Status {
            file += more;
            return {};
          },
          {.bytes = kMaxKernelModuleBytes, .ratio = 50, .ratio_floor = 4 * kMiB});
      SUPPLY_TRY(unpack.feed(bytes));
      SUPPLY_TRY(unpack.finish());
    }
    SUPPLY_TRY(const KernelModule module, parse_kernel_module(file));
    std::string out;
    for (const std::string* text : {&module.name, &module.version, &module.license, &module.release})
      out += text->substr(0, text->find('\n')) + "\n";
    return out;
  }();
  return record ? *record : std::string(kWrong) + record.error().message();
}

constexpr Select kModuleSelects[] = {{Select::By::suffix, ".ko"},
                                     {Select::By::suffix, ".gz"},
                                     {Select::By::suffix, ".zst"},
                                     {Select::By::suffix, ".xz"}};
constexpr PathCollector kModules({.name = "linux-modules",
                                  .selects = kModuleSelects,
                                  .wants = wants_module,
                                  .limit = kMaxKernelModuleBytes,
                                  .reduce = keep_module});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kKernels, &kModules}; }

Result<pkg::Package> package_of(const Context& context, const rootfs::CollectedFile& file, std::string_view name,
                                std::string_view version) {
  pkg::Package out;
  out.name = name;
  out.version = version;
  SUPPLY_TRY(out.purl, pkg::Purl::create({"generic", "", out.name, out.version, {}, ""}));
  out.cataloger = "linux-kernel";
  out.location = file.file.path;
  out.layer = context.layer_of(file.file);
  return out;
}

Result<pkg::Package> kernel_of(const Context& context, const rootfs::CollectedFile& file, std::string_view release) {
  SUPPLY_TRY(pkg::Package out, package_of(context, file, "linux", release));
  const std::string_view number = release.substr(0, release.find_first_not_of("0123456789."));
  for (std::string cpe : cpes_of("linux:linux_kernel", number)) {
    cpe.replace(std::string_view("cpe:2.3:").size(), 1, "o");  // an operating system
    out.cpes.push_back(std::move(cpe));
  }
  return out;
}

Status relate(const Context& context, pkg::Inventory& catalog) {
  const auto kernels = context.tree.collected(kKernels.name());
  const auto modules = context.tree.collected(kModules.name());
  std::set<std::string> paths;
  for (const auto* files : {&kernels, &modules}) {
    for (const rootfs::CollectedFile& file : *files) {
      SUPPLY_TRY(context.share.spend(Cost::memory, 2 * (sizeof file.file.path + file.file.path.size())));
      paths.insert(file.file.path);
    }
  }
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, paths));
  std::set<std::string> releases;
  const auto add_kernel = [&](const rootfs::CollectedFile& file, std::string_view release) -> Status {
    if (release.empty() || !releases.emplace(release).second) return {};
    SUPPLY_TRY(pkg::Package package, kernel_of(context, file, release));
    return context.add(std::move(package), catalog);
  };
  for (const rootfs::CollectedFile& file : kernels)
    if (!owned.contains(file.file.path)) SUPPLY_TRY(add_kernel(file, file.content));
  // What is wrong with the modules of one directory is said once.
  std::set<std::pair<std::string, std::string>> wrong;
  for (const rootfs::CollectedFile& file : modules) {
    const std::string& path = file.file.path;
    if (owned.contains(path)) continue;
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + file.content.size()));
    if (file.content.starts_with(kWrong)) {
      const std::size_t end = path.find('/', path.find("lib/modules/") + std::string_view("lib/modules/").size());
      const std::string place = path.substr(0, end);
      const std::string reason(file.content.substr(kWrong.size()));
      if (wrong.emplace(place, reason).second)
        SUPPLY_TRY(context.add(pkg::KnownUnknown{"linux-kernel", place, reason}, catalog));
      continue;
    }
    const std::vector<std::string_view> fields = split(file.content, '\n');
    if (fields.size() < 4) continue;
    SUPPLY_TRY(add_kernel(file, fields[3]));
    if (fields[0].empty() || fields[1].empty()) continue;
    SUPPLY_TRY(pkg::Package module, package_of(context, file, fields[0], fields[1]));
    if (!fields[2].empty()) {
      SUPPLY_TRY(context.share.spend(Cost::steps, license::steps_to_read(fields[2])));
      set_license(license::from_text(fields[2]), module);
    }
    SUPPLY_TRY(context.add(std::move(module), catalog));
  }
  return {};
}

}  // namespace

const Cataloger& linux_kernel() {
  // Tools name generic packages each in their own way: they are not compared.
  static constexpr Cataloger cataloger{
      .name = "linux-kernel", .types = {}, .collectors = collectors, .read = nullptr, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
