// .NET's packages: what the NAME.deps.json beside a program, or of a shared framework, says that it loads, and the
// assemblies that none accounts for, by their version resources.

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/assembly_version.hpp"
#include "libsupply/content/catalog/internal/deps_json.hpp"
#include "libsupply/content/catalog/internal/program_collector.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants(std::string_view path) { return path.ends_with(".deps.json"); }

constexpr Select kSelects[] = {{Select::By::suffix, ".json"}};
constexpr PathCollector kFiles(
    {.name = "dotnet", .selects = kSelects, .wants = wants, .limit = kMaxLanguageDatabaseBytes});

class Assemblies final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "dotnet-assemblies"; }
  int version() const override { return 1; }
  std::span<const Select> selects() const override {
    static constexpr Select selects[] = {{Select::By::suffix, ".dll"}, {Select::By::suffix, ".exe"}};
    return selects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    // Not for the path of a link alone. Satellite assemblies have the texts of another one, and an installer's cache
    // is not installed.
    const bool wanted = head.starts_with("MZ") && !file.path.ends_with(".resources.dll") &&
                        file.path.find(".nuget/packages/") == std::string_view::npos;
    return wanted ? std::make_unique<SearchSink<AssemblySearch>>() : nullptr;
  }
};
constexpr Assemblies kAssemblies;

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles, &kAssemblies}; }

// "policy.2.12.gtk-sharp": a publisher's policy, which is of another assembly and holds no code.
// Source: learn.microsoft.com, "How to: Create a publisher policy",
// policy.majorNumber.minorNumber.mainAssemblyName.dll.
bool is_publisher_policy(std::string_view name) {
  const std::vector<std::string_view> parts = split(name, '.');
  return parts.size() > 3 && parts[0] == "policy" && is_digits(parts[1]) && is_digits(parts[2]);
}

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "dotnet", catalog, DescribedPackages::Elsewhere::no);
  for (const rootfs::CollectedFile& file : context.tree.collected(kFiles.name()))
    SUPPLY_TRY(packages.read(file, file.file.path, parse_deps_json));
  return packages.finish();
}

// The assemblies that neither a deps.json in their directory nor a package of the system accounts for.
Status relate(const Context& context, pkg::Inventory& catalog) {
  const auto& files = context.tree.collected(kAssemblies.name());
  if (files.empty()) return {};
  std::map<std::string, std::set<std::string>> accounted;  // by directory
  for (const rootfs::CollectedFile& file : context.tree.collected(kFiles.name())) {
    const std::uint64_t memory = 8 * file.content.size();
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.content.size() / 4));
    SUPPLY_TRY(context.share.spend(Cost::memory, memory));
    accounted[std::string(directory_of(file.file.path))].merge(assemblies_of_deps_json(file.content));
  }
  std::set<std::string> paths;
  for (const rootfs::CollectedFile& file : files) {
    SUPPLY_TRY(context.share.spend(Cost::memory, 2 * (sizeof file.file.path + file.file.path.size())));
    paths.insert(file.file.path);
  }
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, paths));
  std::set<std::pair<std::uint32_t, std::uint32_t>> entries;
  for (const rootfs::CollectedFile& file : files) {
    const std::string& path = file.file.path;
    const auto beside = accounted.find(std::string(directory_of(path)));
    if (beside != accounted.end() && beside->second.contains(to_lower(base_name(path)))) continue;
    if (owned.contains(path) || !entries.emplace(file.file.layer, file.file.entry_index).second) continue;
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.content.size()));
    const Result<AssemblyVersion> said = assembly_from_record(file.content);
    if (!said) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"dotnet", path, said.error().message()}, catalog));
      continue;
    }
    pkg::Package package;
    // The compiler writes the assembly's name; without it the file's is all there is.
    const std::string_view file_name = base_name(path);
    package.name = said->name.empty() ? file_name.substr(0, file_name.rfind('.')) : said->name;
    if (is_publisher_policy(package.name)) continue;
    package.version = said->version;
    SUPPLY_TRY(package.purl, pkg::Purl::create({"nuget", "", package.name, package.version, {}, ""}));
    if (!said->company.empty()) package.supplier = "Organization: " + said->company;
    package.cataloger = "dotnet";
    package.location = path;
    package.layer = context.layer_of(file.file);
    SUPPLY_TRY(context.add(std::move(package), catalog));
  }
  return {};
}

}  // namespace

const Cataloger& dotnet() {
  static constexpr std::string_view kTypes[] = {"nuget"};
  static constexpr Cataloger cataloger{
      .name = "dotnet", .types = kTypes, .collectors = collectors, .read = read, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
