// Conda packages: conda-meta/*.json of each environment.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/conda_package.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants(std::string_view path) { return path.ends_with(".json"); }

constexpr Select kSelects[] = {{Select::By::directory, "conda-meta"}};
constexpr PathCollector kFiles(
    {.name = "conda", .selects = kSelects, .wants = wants, .limit = kMaxLanguageDatabaseBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles}; }

std::string environment_of(std::string_view path) { return std::string(directory_of(directory_of(path))); }

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "conda", catalog, DescribedPackages::Elsewhere::no);
  for (const rootfs::CollectedFile& file : context.tree.collected(kFiles.name()))
    SUPPLY_TRY(packages.read_one(file, environment_of(file.file.path), parse_conda_package));
  return packages.finish();
}

// An environment is a system of its own: its programs belong to its packages. A file that cannot be read is said by
// read().
Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  const Contents files(context.tree, kFiles.name());
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger != "conda") continue;
    const auto file = files.find(package.location);
    if (!file) continue;
    constexpr std::uint64_t kMemoryPerByte = 32;  // while it is read
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file->content.size() / 4));
    SUPPLY_TRY(context.share.spend(Cost::memory, kMemoryPerByte * file->content.size()));
    const std::string environment = environment_of(package.location);
    SUPPLY_TRY(for_each_conda_file(file->content, [&](std::string_view path) {
      return call(environment.empty() ? std::string(path) : environment + "/" + std::string(path), i);
    }));
    context.share.give_back(Cost::memory, kMemoryPerByte * file->content.size());
  }
  return {};
}

}  // namespace

const Cataloger& conda() {
  static constexpr std::string_view kTypes[] = {"conda"};
  static constexpr Cataloger cataloger{
      .name = "conda", .types = kTypes, .collectors = collectors, .read = read, .owned = owned};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
