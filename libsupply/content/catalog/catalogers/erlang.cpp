// Applications of Erlang/OTP, of Elixir and of releases: ebin/NAME.app.
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/erlang_application.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants(std::string_view path) {
  const std::string_view name = base_name(path);
  return name.size() > 4 && name.ends_with(".app") && base_name(directory_of(path)) == "ebin";
}

constexpr Select kSelects[] = {{Select::By::directory, "ebin"}};
constexpr PathCollector kApplications(
    {.name = "erlang", .selects = kSelects, .wants = wants, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kApplications}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  const std::vector<rootfs::CollectedFile> files = context.tree.collected(kApplications.name());
  std::set<std::string, std::less<>> directories;
  for (const rootfs::CollectedFile& file : files) directories.emplace(directory_of(directory_of(file.file.path)));
  const auto is_in_tests_of_another = [&](std::string_view directory) {
    for (std::string_view at = directory_of(directory); !at.empty(); at = directory_of(at))
      if (directories.contains(at) && is_in_tests(directory.substr(at.size()))) return true;
    return false;
  };
  DescribedPackages packages(context, "erlang", catalog, DescribedPackages::Elsewhere::yes);
  for (const rootfs::CollectedFile& file : files) {
    const std::string& path = file.file.path;
    const std::string_view directory = directory_of(directory_of(path));
    SUPPLY_TRY(context.share.spend(Cost::steps, path.size()));
    if (is_in_tests_of_another(directory)) continue;
    SUPPLY_TRY(packages.read_one(file, std::string(directory_of(directory)), [&](std::string_view text) {
      return parse_erlang_application(text, base_name(path));
    }));
  }
  return packages.finish();
}

}  // namespace

const Cataloger& erlang() {
  static constexpr std::string_view kTypes[] = {"otp"};
  static constexpr Cataloger cataloger{.name = "erlang", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
