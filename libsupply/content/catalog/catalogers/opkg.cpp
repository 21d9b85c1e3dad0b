// opkg's packages (OpenWrt, OpenEmbedded, Entware): status in lib/opkg or, of ipkg before it, in lib/ipkg.
#include <map>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/listed_purls.hpp"
#include "libsupply/content/catalog/internal/opkg_database.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool is_database(std::string_view directory) {
  return is_or_ends_with(directory, "lib/opkg") || is_or_ends_with(directory, "lib/ipkg");
}

bool wants_status(std::string_view path) { return base_name(path) == "status" && is_database(directory_of(path)); }

bool wants_info(std::string_view path) {
  const std::string_view directory = directory_of(path);
  return base_name(directory) == "info" && is_database(directory_of(directory));
}

std::string keep_description(std::string bytes, bool) { return reduce_opkg_control(bytes); }

constexpr std::string_view kWellKnown[] = {"usr/lib/opkg/status", "var/lib/opkg/status", "usr/lib/ipkg/status",
                                           "var/lib/ipkg/status"};
constexpr std::string_view kWellKnownInfo[] = {"usr/lib/opkg/info/*", "var/lib/opkg/info/*"};
constexpr Select kStatusSelects[] = {{Select::By::name, "status"}};
constexpr Select kControlSelects[] = {{Select::By::suffix, ".control"}};
constexpr Select kListSelects[] = {{Select::By::suffix, ".list"}};
constexpr PathCollector kStatusFiles({.name = "opkg",
                                      .selects = kStatusSelects,
                                      .wants = wants_status,
                                      .limit = kMaxCollectedFileBytes,
                                      .well_known = kWellKnown});
constexpr PathCollector kControls({.name = "opkg-control",
                                   .selects = kControlSelects,
                                   .wants = wants_info,
                                   .limit = kMaxPackageMetadataBytes,
                                   .reduce = keep_description,
                                   .well_known = kWellKnownInfo});
constexpr PathCollector kLists({.name = "opkg-owned",
                                .selects = kListSelects,
                                .wants = wants_info,
                                .limit = kMaxCollectedFileBytes,
                                .well_known = kWellKnownInfo});

// Of opkg's configuration, where it keeps its database if not in lib/opkg.
// Source: opkg, libopkg/opkg_conf.c (options status_file, info_dir); opkg.conf(5).
bool wants_options(std::string_view path) {
  return path == "etc/opkg.conf" || (directory_of(path) == "etc/opkg" && path.ends_with(".conf"));
}

std::string keep_places(std::string bytes, bool complete) {
  std::string out;
  for (const std::string_view line : lines(bytes)) {
    std::vector<std::string_view> words;
    for (std::string_view rest = trim(line); !rest.empty() && words.size() < 3;) {
      const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
      words.push_back(rest.substr(0, end));
      rest = trim(rest.substr(end));
    }
    if (words.size() == 3 && words[0] == "option" && words[1] == "status_file") out += std::string(words[2]) + "\n";
  }
  return complete ? out : out + "?\n";
}

constexpr std::string_view kWellKnownOptions[] = {"etc/opkg.conf", "etc/opkg/*"};
constexpr Select kOptionSelects[] = {{Select::By::name, "opkg.conf"}, {Select::By::directory, "opkg"}};
constexpr PathCollector kOptions({.name = "opkg-options",
                                  .selects = kOptionSelects,
                                  .wants = wants_options,
                                  .limit = kMaxPackageMetadataBytes,
                                  .reduce = keep_places,
                                  .well_known = kWellKnownOptions});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) {
  return {&kStatusFiles, &kControls, &kLists, &kOptions};
}

// The root of the system that a database belongs to: empty, or "some/chroot/".
std::string root_of(std::string_view database) {
  std::string_view root = directory_of(directory_of(directory_of(database)));
  for (const std::string_view part : {"var", "usr"}) {
    if (base_name(root) != part) continue;
    root = directory_of(root);
    break;
  }
  return root.empty() ? std::string() : std::string(root) + "/";
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents databases(context.tree, kStatusFiles.name());
  const Contents controls(context.tree, kControls.name());
  for (const rootfs::CollectedFile& options : context.tree.collected(kOptions.name()))
    for (const std::string_view place : lines(options.content))
      if (!wants_status(place))  // else it is read wherever it is
        SUPPLY_TRY(context.add(
            pkg::KnownUnknown{"opkg", options.file.path,
                              "names a database of opkg elsewhere (" + quote(place) + "), which Supply does not read"},
            catalog));
  for (const rootfs::CollectedFile& list : context.tree.collected(kLists.name()))
    if (list.content == kOverLimit)
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"opkg", list.file.path, "longer than is read"}, catalog));
  for (const rootfs::CollectedFile& database : databases.all()) {
    const std::string& path = database.file.path;
    const std::string info = std::string(directory_of(path)) + "/info/";
    if (database.content == kOverLimit) {
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"opkg", path, "longer than is read"}, catalog));
      continue;
    }
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + database.content.size() / 4));
    PackageMemory made(context.share);
    SUPPLY_TRY(OpkgStatus status, parse_opkg_status(database.content, context.share));
    std::vector<DebPackage> described;
    for (DebPackage& deb : status.packages) {
      const auto control = controls.find(info + deb.package.name + ".control");
      const std::string_view said = control ? control->content : std::string_view();
      SUPPLY_TRY(context.share.spend(Cost::memory, kCopiesOfText * said.size()));
      const Status done = describe_opkg(said, context.distribution, deb.package);
      if (done) described.push_back(std::move(deb));
      else status.faults.push_back("package " + quote(deb.package.name) + ": " + done.error().message());
    }
    SUPPLY_TRY(resolve_depends(described, context.share));
    SUPPLY_TRY(add_all(context, made, std::move(described), catalog, &database.file));
    for (std::string& fault : status.faults)
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"opkg", path, std::move(fault)}, catalog));
  }
  // opkg lists nothing without its status, but the packages may be there.
  std::set<std::string> left;
  for (const rootfs::CollectedFile& control : controls.all()) {
    const std::string directory(directory_of(directory_of(control.file.path)));
    if (!databases.find(directory + "/status")) left.insert(directory);
  }
  for (const std::string& directory : left)
    SUPPLY_TRY(context.add(pkg::KnownUnknown{"opkg", directory, "control files of opkg without its status"}, catalog));
  return {};
}

// A list's paths are absolute in the system, or begin with the root of a destination ("/mnt/usb/usr/bin/x").
Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  const Contents lists(context.tree, kLists.name());
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger != "opkg") continue;
    const auto list = lists.find(std::string(directory_of(package.location)) + "/info/" + package.name + ".list");
    if (!list || list->content == kOverLimit) continue;  // which read() says
    const std::string root = root_of(package.location);
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + list->content.size() / 4));
    for (std::string_view path : parse_opkg_list(list->content)) {
      while (path.starts_with('/')) path.remove_prefix(1);
      SUPPLY_TRY(call(path.starts_with(root) ? std::string(path) : root + std::string(path), i));
    }
  }
  return {};
}

// A control file is that of the merged tree: of another version than the database's it does not matter what it says.
Result<std::set<std::string>> listed(const Context& context, std::string_view path, std::string_view content) {
  const Contents controls(context.tree, kControls.name());
  const std::string info = std::string(directory_of(path)) + "/info/";
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + content.size() / 4));
  return listed_purls(context.share, [&]() -> Result<std::vector<DebPackage>> {
    SUPPLY_TRY(OpkgStatus status, parse_opkg_status(content, context.share));
    std::vector<DebPackage> described;
    for (DebPackage& deb : status.packages) {
      const auto control = controls.find(info + deb.package.name + ".control");
      if (describe_opkg(control ? control->content : std::string_view(), context.distribution, deb.package))
        described.push_back(std::move(deb));
    }
    return described;
  });
}

}  // namespace

const Cataloger& opkg() {
  static constexpr std::string_view kTypes[] = {"opkg"};
  static constexpr Cataloger cataloger{
      .name = "opkg", .types = kTypes, .collectors = collectors, .read = read, .owned = owned, .listed = listed};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
