// Installed Lua rocks: rocks-5.1/NAME/VERSION/NAME-VERSION.rockspec of each tree of LuaRocks.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/rockspec.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

struct RockPath {
  std::string_view name, version, rocks;
};

// Source: LuaRocks, src/luarocks/core/path.lua and dir.lua (rocks_dir, rockspec_file).
RockPath rock_path_of(std::string_view path) {
  const std::string_view directory = directory_of(path), above = directory_of(directory);
  return {base_name(above), base_name(directory), directory_of(above)};
}

bool wants(std::string_view path) {
  const RockPath place = rock_path_of(path);
  const std::string_view rocks = base_name(place.rocks);
  return (rocks == "rocks" || rocks.starts_with("rocks-")) &&
         base_name(path) == std::string(place.name) + "-" + std::string(place.version) + ".rockspec";
}

constexpr Select kSelects[] = {{Select::By::suffix, ".rockspec"}};
constexpr PathCollector kRockspecs(
    {.name = "lua", .selects = kSelects, .wants = wants, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kRockspecs}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "lua", catalog, DescribedPackages::Elsewhere::yes);
  for (const rootfs::CollectedFile& file : context.tree.collected(kRockspecs.name())) {
    const RockPath place = rock_path_of(file.file.path);
    SUPPLY_TRY(packages.read_one(file, std::string(place.rocks), [&](std::string_view text) {
      return parse_rockspec(text, place.name, place.version);
    }));
  }
  return packages.finish();
}

}  // namespace

const Cataloger& lua() {
  static constexpr std::string_view kTypes[] = {"luarocks"};
  static constexpr Cataloger cataloger{.name = "lua", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
