// Debian packages: var/lib/dpkg/status, and status.d as distroless images have it.
#include "libsupply/content/catalog/dpkg.hpp"

#include <algorithm>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/catalog/format.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog::formats {
namespace {

constexpr std::string_view kStatus = "lib/dpkg/status";
constexpr std::string_view kWellKnownStatus[] = {"var/lib/dpkg/status"};

bool is_in_status_d(std::string_view path) { return is_or_ends_with(folder_of(path), "lib/dpkg/status.d"); }

bool wants_status(std::string_view path) {
  if (is_or_ends_with(path, kStatus)) return true;
  // Beside each package's control data stand its checksums and its scripts.
  return is_in_status_d(path) && base_name(path).find(".md5sums") == std::string_view::npos &&
         !path.ends_with(".preinst") && !path.ends_with(".postinst") && !path.ends_with(".prerm") &&
         !path.ends_with(".postrm") && !path.ends_with(".conffiles") && !path.ends_with(".list");
}

bool wants_copyright(std::string_view path) {
  return path.ends_with("/copyright") && is_or_ends_with(folder_of(folder_of(path)), "usr/share/doc");
}

std::string keep_license(std::string bytes, bool) { return license::to_record(license::from_debian_copyright(bytes)); }

bool wants_owned(std::string_view path) {
  if (is_or_ends_with(folder_of(path), "lib/dpkg/info")) return path.ends_with(".list");
  return is_in_status_d(path) && path.ends_with(".md5sums");
}

const PathCollector kStatusFiles(
    {.name = "dpkg", .wants = wants_status, .limit = kMaxCollectedFileBytes, .well_known = kWellKnownStatus});
const PathCollector kCopyrights(
    {.name = "dpkg-copyright", .wants = wants_copyright, .limit = kMaxCopyrightBytes, .reduce = keep_license});
const PathCollector kOwned({.name = "dpkg-owned", .wants = wants_owned, .limit = kMaxCollectedFileBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files) {
  if (files == WithOwnedFiles::no) return {&kStatusFiles, &kCopyrights};
  return {&kStatusFiles, &kCopyrights, &kOwned};
}

// The root of the system that a database belongs to: empty, or "some/chroot/".
std::string root_of(std::string_view database) {
  const std::size_t at = database.rfind("lib/dpkg/");
  std::string_view root = database.substr(0, at);
  if (root.ends_with("var/")) root.remove_suffix(4);
  if (root.ends_with("usr/")) root.remove_suffix(4);
  return std::string(root);
}

void add_license(const Contents& copyrights, const std::string& root, pkg::Package& package) {
  const auto record = copyrights.find(root + "usr/share/doc/" + package.name + "/copyright");
  if (!record) return;
  const auto declared = license::from_record(record->content);
  if (!declared) return;
  package.declared_license = declared->expression.to_string();
  package.license_texts = declared->texts;
}

void add_files(const Contents& owned, const Input& input, std::string_view database, const std::string& root,
               pkg::Package& package) {
  const std::string folder(folder_of(database));
  std::vector<std::string> paths;
  if (is_in_status_d(database)) {
    if (const auto sums = owned.find(std::string(database) + ".md5sums")) paths = parse_dpkg_md5sums(sums->content);
  } else {
    auto list = owned.find(folder + "/info/" + package.name + ":" + package.architecture + ".list");
    if (!list) list = owned.find(folder + "/info/" + package.name + ".list");
    if (list) paths = parse_dpkg_list(list->content);
  }
  for (const std::string& path : paths) {
    // Paths in the database may lead through links (/lib is usr/lib).
    const auto file = input.tree.find(root + path);
    if (file && file->type == rootfs::EntryType::file) package.files.push_back(file->path);
  }
  std::sort(package.files.begin(), package.files.end());
  package.files.erase(std::unique(package.files.begin(), package.files.end()), package.files.end());
}

Status read(const Input& input, Catalog& catalog) {
  const Contents databases(input.tree, kStatusFiles.name());
  const Contents copyrights(input.tree, kCopyrights.name());
  const Contents owned(input.tree, kOwned.name());
  std::map<std::string, std::vector<DebPackage>> systems;
  for (const rootfs::CollectedFile& database : databases.all()) {
    const std::string& path = database.file.path;
    const std::string root = root_of(path);
    auto packages = parse_dpkg_status(database.content, input.distribution);
    if (!packages) {
      // What a database elsewhere lists is not what is installed in the image.
      if (root.empty()) return std::move(packages).error().at("dpkg database " + quote(path));
      catalog.unknowns.push_back({"dpkg", path, packages.error().message()});
      continue;
    }
    for (DebPackage& deb : *packages) {
      deb.package.found_in = path;
      deb.package.layer = input.layer_of(database.file);
      add_license(copyrights, root, deb.package);
      add_files(owned, input, path, root, deb.package);
      systems[root].push_back(std::move(deb));
    }
  }
  for (auto& [root, packages] : systems) {
    resolve_depends(packages);
    for (DebPackage& deb : packages) catalog.packages.push_back(std::move(deb.package));
  }
  return {};
}

}  // namespace

const Format& dpkg() {
  static constexpr Format format{"dpkg", collectors, read};
  return format;
}

}  // namespace supply::catalog::formats
