// Packages of Dart and Flutter: what pub's cache holds, and what a project's package_config.json names elsewhere.
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/dart_package.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr Select kPubspecSelects[] = {{Select::By::name, "pubspec.yaml"}};
constexpr Select kConfigSelects[] = {{Select::By::name, "package_config.json"}};
constexpr PathCollector kPubspecs({.name = "dart", .selects = kPubspecSelects, .limit = kMaxPackageMetadataBytes});
constexpr PathCollector kConfigs(
    {.name = "dart-config",
     .selects = kConfigSelects,
     .wants = [](std::string_view path) { return base_name(directory_of(path)) == ".dart_tool"; },
     .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kPubspecs, &kConfigs}; }

Status read_cache(const Context& context, DescribedPackages& packages) {
  for (const rootfs::CollectedFile& file : context.tree.collected(kPubspecs.name())) {
    const auto cached = cached_dart_package(directory_of(file.file.path));
    if (!cached) continue;
    bool is_read = false;
    SUPPLY_TRY(packages.read(file, cached->cache, [&](std::string_view text) -> Result<DescribedList> {
      SUPPLY_TRY(DescribedPackage one, parse_pubspec(text, cached));
      is_read = true;
      return DescribedList{std::move(one)};
    }));
    if (is_read) continue;  // else a known unknown is said, of what it requires
    auto named = describe_cached(*cached);
    if (named) SUPPLY_TRY(packages.add(file.file, cached->cache, *std::move(named)));
  }
  return {};
}

// Adds what a project uses that is in no cache: itself, and packages at paths.
Status read_config(const Context& context, const rootfs::CollectedFile& config, const Contents& pubspecs,
                   std::set<std::pair<std::uint32_t, std::uint32_t>>& seen, DescribedPackages& packages) {
  const std::string& path = config.file.path;
  if (config.content == kOverLimit) return packages.add_unknown(path, "longer than is read");
  constexpr std::uint64_t kMemoryPerByte = 32;  // while it is read
  const std::uint64_t memory = kMemoryPerByte * config.content.size();
  SUPPLY_TRY(context.share.spend(Cost::steps, 20 + config.content.size() / 4));
  SUPPLY_TRY(context.share.spend(Cost::memory, memory));
  const auto roots = parse_package_config(config.content, path);
  context.share.give_back(Cost::memory, memory);
  if (!roots) return packages.add_unknown(path, roots.error().message());
  std::vector<std::string> missing;
  for (const DartRoot& root : *roots) {
    SUPPLY_TRY(const auto there,
               context.find(root.directory.empty() ? "pubspec.yaml" : root.directory + "/pubspec.yaml"));
    const auto pubspec = there ? pubspecs.find(there->path) : std::nullopt;
    if (!pubspec) {
      missing.push_back(root.name);
      continue;
    }
    if (cached_dart_package(directory_of(pubspec->file.path))) continue;  // read already
    if (!seen.emplace(pubspec->file.layer, pubspec->file.entry_index).second) continue;
    SUPPLY_TRY(packages.read_one(*pubspec, std::string(directory_of(path)),
                                 [](std::string_view text) { return parse_pubspec(text, std::nullopt); }));
  }
  if (missing.empty()) return {};
  constexpr std::size_t kNamed = 5;
  const std::size_t more = missing.size() > kNamed ? missing.size() - kNamed : 0;
  missing.resize(missing.size() - more);
  return packages.add_unknown(path, "names packages that are not there: " + quote(join(missing, ", ")) +
                                        (more == 0 ? "" : " and " + std::to_string(more) + " more"));
}

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "dart", catalog, DescribedPackages::Elsewhere::yes);
  SUPPLY_TRY(read_cache(context, packages));
  const Contents pubspecs(context.tree, kPubspecs.name());
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const rootfs::CollectedFile& config : context.tree.collected(kConfigs.name()))
    SUPPLY_TRY(read_config(context, config, pubspecs, seen, packages));
  return packages.finish();
}

}  // namespace

const Cataloger& dart() {
  static constexpr std::string_view kTypes[] = {"pub"};
  static constexpr Cataloger cataloger{.name = "dart", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
