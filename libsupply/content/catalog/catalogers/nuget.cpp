// NuGet's packages where NuGet installs them, its global packages: ID/VERSION/ID.nuspec.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/nuspec.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kSuffix = ".nuspec";

// The names of the directories are in lower case; the version is that of the directory.
bool wants(std::string_view path) {
  const std::string_view directory = directory_of(path), above = directory_of(directory), name = base_name(path);
  const std::string_view version = base_name(directory);
  return !version.empty() && is_digit(version[0]) && name.size() > kSuffix.size() &&
         to_lower(name.substr(0, name.size() - kSuffix.size())) == to_lower(base_name(above));
}

constexpr Select kSelects[] = {{Select::By::suffix, kSuffix}};
constexpr PathCollector kFiles(
    {.name = "nuget", .selects = kSelects, .wants = wants, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "nuget", catalog, DescribedPackages::Elsewhere::no);
  for (const rootfs::CollectedFile& file : context.tree.collected(kFiles.name()))
    SUPPLY_TRY(
        packages.read_one(file, std::string(directory_of(directory_of(directory_of(file.file.path)))), parse_nuspec));
  return packages.finish();
}

std::string directory(const pkg::Package& package) { return std::string(directory_of(package.location)); }

}  // namespace

const Cataloger& nuget() {
  static constexpr std::string_view kTypes[] = {"nuget"};
  static constexpr Cataloger cataloger{
      .name = "nuget", .types = kTypes, .collectors = collectors, .read = read, .directory = directory};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
