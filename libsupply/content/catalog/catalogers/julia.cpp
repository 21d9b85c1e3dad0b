// Julia packages: packages/NAME/SLUG/Project.toml of each depot, and the standard library's
// stdlib/v1.9/NAME/Project.toml.
#include <algorithm>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/julia_project.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

// Source: julia, base/loading.jl (version_slug: five characters, four before 1.0; find_package's paths).
bool wants(std::string_view path) {
  const std::string_view directory = directory_of(path), above = directory_of(directory);
  const std::string_view slug = base_name(directory), top = directory_of(above);
  if (base_name(above).starts_with('v') && base_name(top) == "stdlib") return true;
  const bool is_slug = (slug.size() == 5 || slug.size() == 4) &&
                       std::all_of(slug.begin(), slug.end(), [](char c) { return is_alnum(c); });
  return is_slug && base_name(top) == "packages" && !base_name(above).empty();
}

constexpr Select kSelects[] = {{Select::By::name, "Project.toml"}, {Select::By::name, "JuliaProject.toml"}};
constexpr PathCollector kProjects(
    {.name = "julia", .selects = kSelects, .wants = wants, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kProjects}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "julia", catalog, DescribedPackages::Elsewhere::yes);
  std::string_view last;
  const std::vector<rootfs::CollectedFile> files = context.tree.collected(kProjects.name());
  for (const rootfs::CollectedFile& file : files) {
    // Of both, JuliaProject.toml counts; it comes first.
    const std::string_view directory = directory_of(file.file.path);
    if (directory == last) continue;
    last = directory;
    SUPPLY_TRY(packages.read_one(file, std::string(directory_of(directory_of(directory))), parse_julia_project));
  }
  return packages.finish();
}

std::string directory(const pkg::Package& package) { return std::string(directory_of(package.location)); }

}  // namespace

const Cataloger& julia() {
  static constexpr std::string_view kTypes[] = {"julia"};
  static constexpr Cataloger cataloger{
      .name = "julia", .types = kTypes, .collectors = collectors, .read = read, .directory = directory};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
