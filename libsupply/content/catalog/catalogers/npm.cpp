// Installed npm packages: directories in node_modules with a package.json, whatever it says of name and version, for
// node loads those; and projects, where `npm ls` begins: a package.json elsewhere that says a name or a version.
#include <set>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/node_modules.hpp"
#include "libsupply/content/catalog/internal/npm_package.hpp"
#include "libsupply/content/pkg/package_cost.hpp"

namespace supply::catalog::catalogers {
namespace {

class Sink final : public rootfs::FileSink {
 public:
  void feed(std::string_view chunk) override { reader_.feed(chunk); }
  Result<std::optional<std::string>> finish() override {
    Result<NpmPackage> read = [&]() -> Result<NpmPackage> {
      SUPPLY_TRY(PackageJson json, reader_.finish());
      return to_npm_package(std::move(json));
    }();
    return std::optional<std::string>(to_record(read));
  }

 private:
  PackageJsonReader reader_;
};

class PackageFiles final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "npm"; }
  int version() const override { return 4; }
  std::span<const rootfs::Select> selects() const override {
    static constexpr rootfs::Select kSelects[] = {{rootfs::Select::By::name, "package.json"}};
    return kSelects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view) const override {
    if (!is_or_ends_with(file.path, "package.json")) return nullptr;
    return std::make_unique<Sink>();
  }
};
constexpr PackageFiles kFiles;

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles}; }

// A package that node would load but whose package.json does not name it goes by its directory.
Status name_by_directory(const std::string& directory_name, NpmPackage& npm) {
  if (identify(npm)) return {};
  npm.package.name = directory_name;
  pkg::PurlParts parts{"npm", "", directory_name, npm.package.version, {}, ""};
  if (const std::size_t slash = directory_name.find('/'); slash != std::string::npos) {
    parts.name_space = directory_name.substr(0, slash);
    parts.name = directory_name.substr(slash + 1);
  }
  SUPPLY_TRY(npm.package.purl, pkg::Purl::create(std::move(parts)));
  return {};
}

bool is_at_or_below(std::string_view directory, std::string_view above) {
  return directory.starts_with(above) &&
         (above.empty() || directory.size() == above.size() || directory[above.size()] == '/');
}

// The holders of directories that are asked for in the order of paths: those on the way to the last one are known.
class Holders {
 public:
  explicit Holders(const NodeModules& places) : places_(places) {}

  const std::optional<NodeModules::Holder>& of(std::string_view directory) {
    while (!way_.empty() && !is_at_or_below(directory, way_.back().first)) way_.pop_back();
    while (way_.empty() || way_.back().first.size() < directory.size()) {
      const std::size_t from = way_.empty() ? 0 : way_.back().first.size() + 1;
      const std::string_view next = directory.substr(0, directory.find('/', from));
      way_.emplace_back(next, places_.holder_of(next, way_.empty() ? std::nullopt : way_.back().second));
    }
    return way_.back().second;
  }

 private:
  const NodeModules& places_;
  std::vector<std::pair<std::string, std::optional<NodeModules::Holder>>> way_;  // the deepest last
};

// Modules that node loads although no package.json says what they are; npm ls lists their directories too.
Status add_modules(const Context& context, const NodeModules& places, std::set<std::string, std::less<>>& directories,
                   pkg::Inventory& catalog) {
  struct Module {
    rootfs::File file;
    std::string name, directory;
  };
  std::vector<Module> found;
  Holders holders(places);
  std::uint64_t steps = 0;
  std::optional<std::string> place;  // the outermost one in which the walk is
  // In most directories is nothing that is not known: those of packages that say what they are.
  const auto has_unknown = [&](std::string_view in) {
    steps += 1 + in.size() / 32;
    if (!place || !is_at_or_below(in, *place))
      place = places.is_place(in) ? std::optional(std::string(in)) : std::nullopt;
    if (!place) return false;
    const std::optional<NodeModules::Holder>& holder = holders.of(in);
    if (holder ? !directories.contains(holder->directory) : places.is_root(in)) return true;
    return !directories.contains(in) && places.installed_name_of(in).has_value();  // index.js
  };
  const auto look_at = [&](const rootfs::File& file) {
    if (file.type == rootfs::EntryType::directory) return;
    steps += 1 + file.path.size() / 32;
    std::string directory;
    auto name = places.module_at(file.path, directory);
    if (!name) {
      const std::optional<NodeModules::Holder>& holder = holders.of(directory_of(file.path));
      if (!holder || directories.contains(holder->directory)) return;
      name = holder->name;
      directory = holder->directory;
    }
    if (directories.insert(directory).second) found.push_back({file, *name, directory});
  };
  context.tree.for_each_in(has_unknown, look_at);
  SUPPLY_TRY(context.share.spend(Cost::steps, steps));
  for (const auto& [file, name, directory] : found) {
    SUPPLY_TRY(const auto target, context.find(file.path));
    if (!target || target->type != rootfs::EntryType::file) continue;
    SUPPLY_TRY(const auto described, context.find(directory + "/package.json"));
    if (described && described->type == rootfs::EntryType::file) continue;  // a link to it
    NpmPackage npm;
    npm.package.cataloger = "npm";
    npm.package.location = file.path;
    npm.package.layer = context.layer_of(file);
    if (name_by_directory(name, npm)) SUPPLY_TRY(context.add(std::move(npm.package), catalog));
  }
  return {};
}

// Whether a directory is in what a package manager of another language installed: a front end's package.json in a
// Python distribution, a gem or a Composer package is none of npm's.
Result<bool> is_in_foreign_package(const Context& context, std::string_view directory) {
  for (std::string_view at = directory; !at.empty(); at = directory_of(at)) {
    const std::string_view above = directory_of(at), name = base_name(above);
    if (name == "site-packages" || name == "dist-packages") return true;
    if (name == "gems" && base_name(at).find('-') != std::string_view::npos) return true;
    if (name != "vendor") continue;
    SUPPLY_TRY(const auto list, context.find(std::string(above) + "/composer/installed.json"));
    if (list) return true;
  }
  return false;
}

// Whether a package.json that is in no node_modules is a project's, and not one of its tests.
Result<bool> is_project(const Context& context, const NodeModules& places,
                        const std::set<std::string_view>& directories, std::string_view directory) {
  SUPPLY_TRY(context.share.spend(Cost::steps, directory.size()));
  if (places.is_inside_package(directory)) return false;
  for (std::string_view at = directory_of(directory); !at.empty(); at = directory_of(at))
    if (directories.contains(at) && is_in_tests(directory.substr(at.size()))) return false;
  SUPPLY_TRY(const bool foreign, is_in_foreign_package(context, directory));
  return !foreign;
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const std::vector<rootfs::CollectedFile> files = context.tree.collected(kFiles.name());
  SUPPLY_TRY(const NodeModules places, NodeModules::find(context));
  Licensing licensing(context.share);
  std::vector<NpmPackage> packages;
  packages.reserve(files.size());  // large values: moving them again and again takes as long as reading them
  std::vector<std::pair<std::string_view, std::size_t>> directories;
  std::set<std::string, std::less<>> described;
  std::set<std::string_view> with_file;
  for (const rootfs::CollectedFile& file : files) with_file.insert(directory_of(file.file.path));
  for (const rootfs::CollectedFile& file : files) {
    const std::string& path = file.file.path;
    const std::string_view directory = directory_of(path);
    const std::optional<std::string> installed = places.installed_name_of(directory);
    described.emplace(directory);
    if (!installed) {
      SUPPLY_TRY(const bool project, is_project(context, places, with_file, directory));
      if (!project) continue;
    }
    auto read = from_record(file.content);
    if (!read) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"npm", path, read.error().message()}, catalog));
      continue;
    }
    NpmPackage npm = *std::move(read);
    npm.package.location = path;
    npm.package.layer = context.layer_of(file.file);
    if (!npm.odd.empty())
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"npm", path, "its " + npm.odd + " is no text"}, catalog));
    if (installed) {
      if (const Status named = name_by_directory(*installed, npm); !named) {
        SUPPLY_TRY(context.add(pkg::KnownUnknown{"npm", path, named.error().message()}, catalog));
        continue;
      }
    } else {
      // Tools keep their settings in such files too. `npm ls` calls a project without a name by its directory.
      if (npm.package.name.empty() && npm.package.version.empty()) continue;
      if (npm.package.name.empty()) npm.package.name = base_name(directory);
      if (const Status named = identify(npm); !named) {
        SUPPLY_TRY(context.add(pkg::KnownUnknown{"npm", path, named.error().message()}, catalog));
        continue;
      }
    }
    SUPPLY_TRY(licensing.choice(npm.licenses, npm.package));
    directories.emplace_back(directory, packages.size());
    packages.push_back(std::move(npm));
  }
  SUPPLY_TRY(const Dependencies dependencies, Dependencies::create(directories, places, context.share));
  std::vector<std::string> purls;
  purls.reserve(packages.size());
  for (const NpmPackage& npm : packages) purls.push_back(npm.package.purl.to_string());
  for (const auto& [directory, index] : directories) {
    std::set<std::string_view> depends;
    for (const std::string& name : packages[index].requires_) {
      SUPPLY_TRY(const std::optional<std::size_t> target, dependencies.resolve(directory, name));
      if (target && purls[*target] != purls[index]) depends.insert(purls[*target]);
    }
    SUPPLY_TRY(pkg::set_depends(packages[index].package, depends, context.share));
  }
  catalog.packages.reserve(packages.size());
  for (NpmPackage& npm : packages) SUPPLY_TRY(context.add(std::move(npm.package), catalog));
  return add_modules(context, places, described, catalog);
}

// What npm unpacked a package into; the directory of an application's own package.json has what anybody put there.
std::string directory(const pkg::Package& package) {
  const std::string_view directory = directory_of(package.location);
  std::string_view above = directory_of(directory);
  if (base_name(above).starts_with('@')) above = directory_of(above);
  return base_name(above) == "node_modules" ? std::string(directory) : std::string();
}

}  // namespace

const Cataloger& npm() {
  static constexpr std::string_view kTypes[] = {"npm"};
  static constexpr Cataloger cataloger{
      .name = "npm", .types = kTypes, .collectors = collectors, .read = read, .directory = directory};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
