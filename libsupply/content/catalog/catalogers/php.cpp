// PHP packages: Composer's vendor/composer/installed.json, and the registry of PEAR and PECL.
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/composer.hpp"
#include "libsupply/content/catalog/internal/listed_purls.hpp"
#include "libsupply/content/catalog/internal/pear_registry.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kJson = "composer/installed.json", kPhp = "composer/installed.php";

bool wants_json(std::string_view path) { return is_or_ends_with(path, kJson); }
bool wants_php(std::string_view path) { return is_or_ends_with(path, kPhp); }

// .registry/NAME.reg of PEAR's own channel, .registry/.channel.CHANNEL/NAME.reg of others.
std::string_view registry_of(std::string_view path) {
  std::string_view directory = directory_of(path);
  if (base_name(directory).starts_with(".channel.")) directory = directory_of(directory);
  return base_name(directory) == ".registry" ? directory : std::string_view();
}

bool wants_registry(std::string_view path) { return path.ends_with(".reg") && !registry_of(path).empty(); }

constexpr Select kJsonSelects[] = {{Select::By::name, "installed.json"}};
constexpr Select kPhpSelects[] = {{Select::By::name, "installed.php"}};
constexpr Select kRegistrySelects[] = {{Select::By::suffix, ".reg"}};
constexpr PathCollector kInstalled(
    {.name = "php", .selects = kJsonSelects, .wants = wants_json, .limit = kMaxLanguageDatabaseBytes});
constexpr PathCollector kPrograms(
    {.name = "php-composer-php", .selects = kPhpSelects, .wants = wants_php, .limit = 0, .reduce = keep_nothing});
constexpr PathCollector kRegistry(
    {.name = "php-pear", .selects = kRegistrySelects, .wants = wants_registry, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kInstalled, &kPrograms, &kRegistry}; }

// The directory "vendor".
std::string vendor_of(std::string_view path) { return std::string(directory_of(directory_of(path))); }

// Whether it is in a test of a package that another one installed.
bool is_in_tests_of_package(std::string_view vendor, const std::set<std::string, std::less<>>& vendors) {
  for (std::string_view at = directory_of(vendor); !at.empty(); at = directory_of(at))
    if (vendors.contains(at) && is_in_tests(vendor.substr(at.size()))) return true;
  return false;
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents installed(context.tree, kInstalled.name());
  std::set<std::string, std::less<>> vendors;
  for (const rootfs::CollectedFile& file : installed.all()) vendors.insert(vendor_of(file.file.path));
  const auto is_passed_over = [&](const std::string& vendor) -> Result<bool> {
    SUPPLY_TRY(context.share.spend(Cost::steps, vendor.size()));
    return is_in_tests_of_package(vendor, vendors);
  };
  DescribedPackages packages(context, "php", catalog, DescribedPackages::Elsewhere::no);
  for (const rootfs::CollectedFile& file : installed.all()) {
    const std::string vendor = vendor_of(file.file.path);
    SUPPLY_TRY(const bool passed_over, is_passed_over(vendor));
    if (!passed_over) SUPPLY_TRY(packages.read(file, vendor, parse_composer_installed));
  }
  // It lists the same, for PHP; and is alone where the other was taken away to make an image small.
  for (const rootfs::CollectedFile& file : context.tree.collected(kPrograms.name())) {
    const std::string vendor = vendor_of(file.file.path);
    SUPPLY_TRY(const bool passed_over, is_passed_over(vendor));
    if (!passed_over && !vendors.contains(vendor) && file.file.entry->size > 0)
      SUPPLY_TRY(packages.add_unknown(
          file.file.path,
          "a list of Composer's packages as a program, without installed.json, which Supply does not "
          "read"));
  }
  for (const rootfs::CollectedFile& file : context.tree.collected(kRegistry.name()))
    SUPPLY_TRY(packages.read_one(file, std::string(registry_of(file.file.path)), parse_pear_package));
  return packages.finish();
}

Result<std::set<std::string>> listed(const Context& context, std::string_view, std::string_view content) {
  if (content == kOverLimit) return Error(ErrorCode::malformed, "longer than is read");
  constexpr std::uint64_t kMemoryPerByte = 32;  // while it is read
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + content.size() / 4));
  return listed_purls(context.share, [&]() -> Result<DescribedList> {
    SUPPLY_TRY(context.share.spend(Cost::memory, kMemoryPerByte * content.size()));
    return parse_composer_installed(content);
  });
}

// vendor/OWNER/NAME, which is where Composer puts a package that says nothing else.
std::string directory(const pkg::Package& package) {
  if (!is_or_ends_with(package.location, kJson)) return {};
  const std::string vendor = vendor_of(package.location);
  return vendor.empty() ? package.name : vendor + "/" + package.name;
}

}  // namespace

const Cataloger& php() {
  static constexpr std::string_view kTypes[] = {"composer", "pear"};
  static constexpr Cataloger cataloger{
      .name = "php", .types = kTypes, .collectors = collectors, .read = read, .listed = listed, .directory = directory};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
