// Rust programs that `cargo install` lists. What crates are in them is said by those that cargo-auditable built (rust).
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/cargo_installs.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kJson = ".crates2.json", kToml = ".crates.toml";
constexpr Select kSelects[] = {{Select::By::name, kJson}, {Select::By::name, kToml}};
constexpr PathCollector kFiles({.name = "cargo-install", .selects = kSelects, .limit = kMaxLanguageDatabaseBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents files(context.tree, kFiles.name());
  DescribedPackages packages(context, "cargo-install", catalog, DescribedPackages::Elsewhere::no);
  for (const rootfs::CollectedFile& file : files.all()) {
    const std::string root(directory_of(file.file.path));
    const bool is_json = base_name(file.file.path) == kJson;
    if (file.content.empty()) continue;  // an empty list, for cargo
    // cargo writes both, the same crates in each.
    if (!is_json && files.find((root.empty() ? root : root + "/") + std::string(kJson))) continue;
    SUPPLY_TRY(packages.read(file, root, is_json ? parse_crates2_json : parse_crates_toml));
  }
  return packages.finish();
}

}  // namespace

const Cataloger& cargo_install() {
  static constexpr std::string_view kTypes[] = {"cargo"};
  static constexpr Cataloger cataloger{
      .name = "cargo-install", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
