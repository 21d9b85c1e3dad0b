// Perl distributions that were built and installed on the spot: each has a list of its files (auto/NAME/.packlist), as
// ExtUtils::Installed finds them, or what cpanm keeps of it in .meta. Perl's own modules are part of Perl.
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/perl_distribution.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants_packlist(std::string_view path) { return !module_of_packlist(path).empty(); }
bool wants_local(std::string_view path) { return base_name(path) == "perllocal.pod"; }
bool is_meta_name(std::string_view name) {
  return name == "MYMETA.json" || name == "META.json" || name == "install.json";
}
bool wants_meta(std::string_view path) {
  return is_meta_name(base_name(path)) && base_name(directory_of(directory_of(path))) == ".meta";
}
std::string keep_version(std::string bytes, bool) { return perl_module_version(bytes); }

constexpr Select kPacklistSelects[] = {{Select::By::name, ".packlist"}};
constexpr Select kLocalSelects[] = {{Select::By::name, "perllocal.pod"}};
constexpr Select kMetaSelects[] = {
    {Select::By::name, "MYMETA.json"}, {Select::By::name, "META.json"}, {Select::By::name, "install.json"}};
constexpr Select kModuleSelects[] = {{Select::By::suffix, ".pm"}};
constexpr PathCollector kPacklists(
    {.name = "perl", .selects = kPacklistSelects, .wants = wants_packlist, .limit = 0, .reduce = keep_nothing});
constexpr PathCollector kLocals(
    {.name = "perl-local", .selects = kLocalSelects, .wants = wants_local, .limit = kMaxPackageMetadataBytes});
constexpr PathCollector kMeta(
    {.name = "perl-meta", .selects = kMetaSelects, .wants = wants_meta, .limit = kMaxPackageMetadataBytes});
// The version is near the beginning.
constexpr PathCollector kModules(
    {.name = "perl-module", .selects = kModuleSelects, .limit = 64 * kKiB, .reduce = keep_version});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kPacklists, &kLocals, &kMeta, &kModules}; }

// Distributions by the directory of libraries and the main module.
struct Found {
  std::optional<rootfs::File> file;
  std::string module, version;
  PerlMeta meta;
};
using Distributions = std::map<std::pair<std::string, std::string>, Found>;

// lib/perl5/ARCHITECTURE of "lib/perl5/ARCHITECTURE/auto/Foo/.packlist".
std::string library_of(std::string_view packlist) {
  return std::string(packlist.starts_with("auto/") ? std::string_view() : packlist.substr(0, packlist.find("/auto/")));
}

// The version that the module's own file states, which is beside "auto", or a directory above for what is no program.
Result<std::string> version_of(const Context& context, const Contents& modules, const std::string& library,
                               const std::string& module) {
  std::string file = module + ".pm";
  for (std::size_t at = file.find("::"); at != std::string::npos; at = file.find("::", at)) file.replace(at, 2, "/");
  std::string_view directory = library;
  for (int i = 0; i < 2; ++i, directory = directory_of(directory)) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.size() / 8));
    const auto found = modules.find(std::string(directory) + "/" + file);
    if (found && !found->content.empty()) return std::string(found->content);
  }
  return std::string();
}

Status read_meta(const Context& context, Distributions& distributions, DescribedPackages& packages) {
  std::map<std::string, Found> by_directory;
  for (const rootfs::CollectedFile& file : context.tree.collected(kMeta.name())) {
    if (file.content == kOverLimit) {
      SUPPLY_TRY(packages.add_unknown(file.file.path, "longer than is read"));
      continue;
    }
    constexpr std::uint64_t kMemoryPerByte = 32;
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.content.size() / 4));
    SUPPLY_TRY(context.share.spend(Cost::memory, kMemoryPerByte * file.content.size()));
    auto meta = parse_perl_meta(file.content);
    if (!meta) {
      SUPPLY_TRY(packages.add_unknown(file.file.path, meta.error().message()));
      continue;
    }
    Found& found = by_directory[std::string(directory_of(file.file.path))];
    PerlMeta& all = found.meta;
    // install.json comes after META.json and MYMETA.json, which say the rest.
    if (!found.file || !meta->module.empty()) found.file = file.file;
    for (auto [mine, theirs] : {std::pair(&all.name, &meta->name),
                                {&all.version, &meta->version},
                                {&all.module, &meta->module},
                                {&all.author_id, &meta->author_id},
                                {&all.supplier, &meta->supplier},
                                {&all.homepage, &meta->homepage}})
      if (mine->empty()) *mine = std::move(*theirs);
    for (auto [mine, theirs] : {std::pair(&all.licenses, &meta->licenses),
                                {&all.provides, &meta->provides},
                                {&all.requires_, &meta->requires_}})
      if (mine->empty()) *mine = std::move(*theirs);
  }
  for (auto& [directory, found] : by_directory) {
    std::string module = found.meta.module;
    if (module.empty()) {
      module = found.meta.name;
      for (std::size_t at = module.find('-'); at != std::string::npos; at = module.find('-', at))
        module.replace(at, 1, "::");
    }
    const std::string library(directory_of(directory_of(directory)));
    Found& known = distributions[{library, module}];
    // Of several versions that were installed one after another, the newest is there.
    if (!known.meta.name.empty() && !is_older_version(known.meta.version, found.meta.version)) continue;
    known.meta = std::move(found.meta);
    if (!known.file) known.file = found.file;
    known.module = module;
  }
  return {};
}

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "perl", catalog, DescribedPackages::Elsewhere::yes);
  const Contents modules(context.tree, kModules.name());
  Distributions distributions;
  for (const rootfs::CollectedFile& file : context.tree.collected(kPacklists.name())) {
    const std::string module = module_of_packlist(file.file.path), library = library_of(file.file.path);
    SUPPLY_TRY(context.share.spend(Cost::memory, sizeof(Found) + 4 * file.file.path.size() + 100));
    Found& found = distributions[{library, module}];
    found.file = file.file;
    found.module = module;
    SUPPLY_TRY(found.version, version_of(context, modules, library, module));
  }
  SUPPLY_TRY(read_meta(context, distributions, packages));
  std::map<std::string, std::string> local;  // of all perllocal.pod
  for (const rootfs::CollectedFile& file : context.tree.collected(kLocals.name())) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.content.size() / 4));
    SUPPLY_TRY(context.share.spend(Cost::memory, 4 * file.content.size()));
    if (file.content == kOverLimit) {
      SUPPLY_TRY(packages.add_unknown(file.file.path, "longer than is read"));
      continue;
    }
    local.merge(parse_perllocal(file.content));
  }
  for (auto& [key, found] : distributions) {
    DescribedPackage out;
    pkg::Package& package = out.package;
    package.name = found.meta.name;
    if (package.name.empty()) {
      package.name = found.module;
      for (std::size_t at = package.name.find("::"); at != std::string::npos; at = package.name.find("::", at))
        package.name.replace(at, 2, "-");
    }
    package.version = !found.version.empty() ? found.version : found.meta.version;
    if (package.version.empty()) {
      const auto installed = local.find(found.module);
      if (installed != local.end()) package.version = installed->second;
    }
    auto purl = pkg::Purl::create({"cpan", found.meta.author_id, package.name, package.version, {}, ""});
    if (!purl) {
      SUPPLY_TRY(packages.add_unknown(found.file->path, purl.error().message()));
      continue;
    }
    package.purl = *std::move(purl);
    package.supplier = found.meta.supplier;
    package.homepage = found.meta.homepage;
    out.licenses = found.meta.licenses;
    out.key = found.module;
    out.provides = found.meta.provides;
    out.requires_ = found.meta.requires_;
    SUPPLY_TRY(packages.add(*found.file, key.first, std::move(out)));
  }
  return packages.finish();
}

}  // namespace

const Cataloger& perl() {
  static constexpr std::string_view kTypes[] = {"cpan"};
  static constexpr Cataloger cataloger{.name = "perl", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
