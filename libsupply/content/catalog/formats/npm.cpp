// Installed npm packages: every package.json that names a package and its version.
#include "libsupply/content/catalog/npm.hpp"

#include <map>
#include <set>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/content/catalog/format.hpp"

namespace supply::catalog::formats {
namespace {

bool wants(std::string_view path) { return is_or_ends_with(path, "package.json"); }

std::string keep_record(std::string bytes, bool complete) {
  if (!complete) {
    return to_record(
        Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxPackageMetadataBytes) + " bytes"));
  }
  return to_record(parse_package_json(bytes));
}

const PathCollector kFiles({.name = "npm", .wants = wants, .limit = kMaxPackageMetadataBytes, .reduce = keep_record});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kFiles}; }

using ByFolder = std::map<std::string, std::size_t, std::less<>>;

// Node's own search: node_modules of the folder, then of each folder above it.
const NpmPackage* resolve(std::string_view from, const std::string& name, const ByFolder& by_folder,
                          const std::vector<NpmPackage>& packages) {
  while (true) {
    const std::string candidate = std::string(from) + (from.empty() ? "" : "/") + "node_modules/" + name;
    if (const auto found = by_folder.find(candidate); found != by_folder.end()) return &packages[found->second];
    if (from.empty()) return nullptr;
    from = folder_of(from);
    while (base_name(from) == "node_modules") from = folder_of(from);
  }
}

Status read(const Input& input, Catalog& catalog) {
  std::vector<NpmPackage> packages;
  ByFolder by_folder;
  for (const rootfs::CollectedFile& file : input.tree.collected(kFiles.name())) {
    const std::string& path = file.file.path;
    auto parsed = from_record(file.content);
    if (!parsed) {
      catalog.unknowns.push_back({"npm", path, parsed.error().message()});
      continue;
    }
    if (!*parsed) continue;
    NpmPackage npm = **std::move(parsed);
    npm.package.found_in = path;
    npm.package.layer = input.layer_of(file.file);
    by_folder.emplace(folder_of(path), packages.size());
    packages.push_back(std::move(npm));
  }
  for (NpmPackage& npm : packages) {
    std::set<std::string> depends;
    for (const std::string& name : npm.requires_) {
      const NpmPackage* target = resolve(folder_of(npm.package.found_in), name, by_folder, packages);
      if (target != nullptr && target->package.purl != npm.package.purl)
        depends.insert(target->package.purl.to_string());
    }
    npm.package.depends.assign(depends.begin(), depends.end());
  }
  for (NpmPackage& npm : packages) catalog.packages.push_back(std::move(npm.package));
  return {};
}

}  // namespace

const Format& npm() {
  static constexpr Format format{"npm", collectors, read};
  return format;
}

}  // namespace supply::catalog::formats
