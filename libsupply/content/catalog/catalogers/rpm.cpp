// Packages of rpm: its database wherever one is (rpmdb.sqlite, Packages.db, Packages), and the lists that images of
// Azure Linux (Mariner) without rpm have in its place.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/rpm_database.hpp"
#include "libsupply/content/catalog/internal/rpm_package.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

// Source: rpm, macros.in (%_dbpath) and what Fedora, SUSE and rpm-ostree set it to.
constexpr std::string_view kDirectories[] = {"var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/"};
constexpr std::string_view kWellKnown[] = {
    "var/lib/rpm/rpmdb.sqlite",          "var/lib/rpm/Packages.db",          "var/lib/rpm/Packages",
    "usr/lib/sysimage/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/Packages.db", "usr/lib/sysimage/rpm/Packages",
    "usr/share/rpm/rpmdb.sqlite",        "usr/share/rpm/Packages.db",        "usr/share/rpm/Packages",
};
constexpr std::string_view kSqlite = "rpmdb.sqlite";

class Sink final : public rootfs::FileSink {
 public:
  explicit Sink(std::uint64_t size) {
    bytes_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(size, kMaxRpmDatabaseBytes)));
  }
  void feed(std::string_view chunk) override {
    const std::size_t room = kMaxRpmDatabaseBytes - bytes_.size();
    complete_ = complete_ && chunk.size() <= room;
    bytes_ += chunk.substr(0, room);
  }
  std::optional<std::size_t> held() const override { return bytes_.size(); }
  Result<std::optional<std::string>> finish() override {
    // rpm makes a new database of a file without a byte.
    if (bytes_.empty()) return std::optional<std::string>();
    return std::optional(to_rpm_record(std::move(bytes_), complete_));
  }

 private:
  std::string bytes_;
  bool complete_ = true;
};

// The root of the system that a database belongs to: empty, or "some/chroot/". Nothing of one at an unknown place.
std::optional<std::string> root_of(std::string_view path) {
  const std::string directory = std::string(directory_of(path)) + "/";
  for (const std::string_view known : kDirectories)
    if (directory.ends_with(known)) {
      const std::string root = directory.substr(0, directory.size() - known.size());
      if (root.empty() || root.ends_with('/')) return root;
    }
  return std::nullopt;
}

class Databases final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "rpm"; }
  int version() const override { return 2; }
  std::span<const Select> selects() const override {
    static constexpr Select kSelects[] = {
        {Select::By::name, kSqlite}, {Select::By::name, "Packages.db"}, {Select::By::name, "Packages"}};
    return kSelects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    const std::string_view name = base_name(file.path), directory = base_name(directory_of(file.path));
    if (name != kSqlite && name != "Packages.db" && name != "Packages") return nullptr;
    // rpm-ostree's note of what the base had; what is installed is in usr/share/rpm.
    if (directory == "rpm-ostree-base-db") return nullptr;
    // Debian's indexes are named Packages too.
    if (name != kSqlite && !root_of(file.path) && !is_rpm_database(head)) return nullptr;
    return std::make_unique<Sink>(file.size);
  }
  std::span<const std::string_view> well_known_paths() const override { return kWellKnown; }
};
constexpr Databases kDatabases;

constexpr std::string_view kManifest2 = "container-manifest-2", kManifest1 = "container-manifest-1";
bool wants_manifest(std::string_view path) { return base_name(directory_of(path)) == "rpmmanifest"; }
constexpr Select kManifestSelects[] = {{Select::By::name, kManifest2}, {Select::By::name, kManifest1}};
constexpr std::string_view kWellKnownManifests[] = {"var/lib/rpmmanifest/container-manifest-2",
                                                    "var/lib/rpmmanifest/container-manifest-1"};
constexpr PathCollector kManifests({.name = "rpm-manifest",
                                    .version = 2,
                                    .selects = kManifestSelects,
                                    .wants = wants_manifest,
                                    .limit = kMaxPackageMetadataBytes,
                                    .well_known = kWellKnownManifests});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kDatabases, &kManifests}; }

// Who has the paths that packages require. Where nobody has one by that name, it is looked up as the tree has it:
// /bin/sh is usr/bin/sh where /bin is a link.
Status find_owners(const Context& context, const std::string& root, const std::vector<RpmHeader>& headers,
                   RpmPathOwners& owners) {
  std::set<std::string_view> names;
  for (const auto& [path, unused] : owners) names.insert(base_name(path));
  std::vector<std::pair<std::string, std::size_t>> alike;  // owned paths with such names
  for (std::size_t i = 0; i < headers.size(); ++i) {
    SUPPLY_TRY(context.share.spend(Cost::steps, headers[i].count(RpmTag::base_names)));
    const Status listed = each_rpm_file(headers[i], [&](std::string_view path) -> Status {
      if (!names.contains(base_name(path))) return {};
      std::string whole = "/" + std::string(path);
      const auto exact = owners.find(whole);
      if (exact != owners.end()) exact->second.push_back(i);
      SUPPLY_TRY(context.share.spend(Cost::memory, sizeof alike[0] + 2 * whole.size()));
      alike.emplace_back(std::move(whole), i);
      return {};
    });
    // A damaged list of files has what is before the damage.
    if (!listed && listed.error().code() == ErrorCode::limit_exceeded) return listed;
  }
  std::map<std::string, std::vector<std::string_view>> wanted;  // by what the tree has
  for (const auto& [path, found] : owners) {
    if (!found.empty()) continue;
    SUPPLY_TRY(const auto file, context.find(root + std::string(path.substr(1))));
    if (file) wanted[file->path].push_back(path);
  }
  if (wanted.empty()) return {};
  for (const auto& [path, owner] : alike) {
    SUPPLY_TRY(const auto file, context.find(root + path.substr(1)));
    const auto found = file ? wanted.find(file->path) : wanted.end();
    if (found == wanted.end()) continue;
    for (const std::string_view required : found->second) owners[required].push_back(owner);
  }
  return {};
}

struct Database {
  std::vector<RpmPackage> packages;
  std::string damaged;  // why the first of the packages that could not be read was not
  std::size_t damaged_count = 0;
};

Result<Database> read_packages(const Context& context, const RpmRecord& record, const std::string& root,
                               Licensing& licensing) {
  Database out{{}, std::string(record.damaged), record.damaged_count};
  std::vector<RpmHeader> headers;
  for (const std::string_view bytes : record.headers) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + bytes.size() / 16));
    SUPPLY_TRY(context.share.spend(Cost::memory, sizeof(RpmHeader) + 22 * 100));
    SUPPLY_TRY(RpmHeader header, RpmHeader::parse(bytes));
    auto package = read_rpm_package(header, context.distribution, licensing, context.share);
    if (!package && package.error().code() == ErrorCode::limit_exceeded) return std::move(package).error();
    if (!package) {
      if (out.damaged_count++ == 0) out.damaged = package.error().message();
      continue;
    }
    if (!*package) continue;
    out.packages.push_back(**std::move(package));
    headers.push_back(std::move(header));
  }
  SUPPLY_TRY(RpmPathOwners owners, required_rpm_paths(out.packages, context.share));
  SUPPLY_TRY(find_owners(context, root, headers, owners));
  SUPPLY_TRY(resolve_rpm_depends(out.packages, owners, context.share));
  return out;
}

// What SQLite has not yet written into the database is in a file beside it.
Status add_unwritten(const Context& context, const std::string& path, pkg::Inventory& catalog) {
  for (const std::string_view end : {"-wal", "-journal"}) {
    SUPPLY_TRY(const auto log, context.find(path + std::string(end)));
    if (log && log->type == rootfs::EntryType::file && log->entry->size > 0)
      SUPPLY_TRY(
          context.add(pkg::KnownUnknown{"rpm", log->path,
                                        "changes to rpm's database that are not yet in it, which Supply does not read"},
                      catalog));
  }
  return {};
}

Status read_database(const Context& context, const rootfs::CollectedFile& file, pkg::Inventory& catalog) {
  const std::string& path = file.file.path;
  const auto root = root_of(path);
  SUPPLY_TRY(const RpmRecord record, parse_rpm_record(file.content));
  PackageMemory made(context.share);
  Licensing licensing(context.share);
  SUPPLY_TRY(Database database, read_packages(context, record, root.value_or(""), licensing));
  std::string reason(record.failure);
  if (database.damaged_count > 0) {
    if (!reason.empty()) reason += "; ";
    reason += std::to_string(database.damaged_count) + " packages could not be read: " + database.damaged;
  }
  if (!reason.empty()) SUPPLY_TRY(context.add(pkg::KnownUnknown{"rpm", path, reason}, catalog));
  if (base_name(path) == kSqlite) SUPPLY_TRY(add_unwritten(context, path, catalog));
  return add_all(context, made, std::move(database.packages), catalog, &file.file);
}

Status read_manifest(const Context& context, const rootfs::CollectedFile& file, pkg::Inventory& catalog) {
  const std::string& path = file.file.path;
  if (base_name(path) == kManifest1) {
    // The same packages with fewer fields.
    SUPPLY_TRY(const auto other, context.find(std::string(directory_of(path)) + "/" + std::string(kManifest2)));
    if (other) return {};
  }
  if (file.content == kOverLimit) return context.add(pkg::KnownUnknown{"rpm", path, "longer than is read"}, catalog);
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + file.content.size()));
  PackageMemory made(context.share);
  auto packages = parse_rpm_manifest(file.content, context.distribution, context.share);
  if (!packages) {
    if (packages.error().code() == ErrorCode::limit_exceeded) return std::move(packages).error().at(quote(path));
    return context.add(pkg::KnownUnknown{"rpm", path, packages.error().message()}, catalog);
  }
  return add_all(context, made, *std::move(packages), catalog, &file.file);
}

Status read(const Context& context, pkg::Inventory& catalog) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const rootfs::CollectedFile& file : context.tree.collected(kDatabases.name())) {
    // Further names of one file say nothing new.
    if (seen.emplace(file.file.layer, file.file.entry_index).second) SUPPLY_TRY(read_database(context, file, catalog));
  }
  for (const rootfs::CollectedFile& file : context.tree.collected(kManifests.name()))
    SUPPLY_TRY(read_manifest(context, file, catalog));
  return {};
}

// Calls with the headers of packages in `catalog`, with the root of their system.
using TakeOwned = std::function<Status(const RpmHeader& header, const std::string& root, std::size_t owner)>;

// A database at an unknown place may be of another system: it owns nothing here.
Status each_owned_header(const Context& context, const pkg::Inventory& catalog, const TakeOwned& call) {
  std::map<std::string_view, std::map<RpmIdentity, std::size_t>> packages;  // by database
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    const pkg::Package& package = catalog.packages[i];
    if (package.cataloger == "rpm")
      packages[package.location].emplace(RpmIdentity{package.name, package.version, package.architecture}, i);
  }
  const Contents databases(context.tree, kDatabases.name());
  for (const auto& [location, owners] : packages) {
    const auto root = root_of(location);
    const auto file = databases.find(location);
    if (!root || !file) continue;
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + file->content.size() / 4));
    SUPPLY_TRY(const RpmRecord record, parse_rpm_record(file->content));
    for (const std::string_view bytes : record.headers) {
      SUPPLY_TRY(context.share.spend(Cost::steps, 10));
      SUPPLY_TRY(const RpmHeader header, RpmHeader::parse(bytes));
      const auto owner = owners.find(identity_of(header));
      if (owner == owners.end()) continue;
      // A damaged list of files has what is before the damage.
      const Status taken = call(header, *root, owner->second);
      if (!taken && taken.error().code() != ErrorCode::malformed) return taken;
    }
  }
  return {};
}

Status owned(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) {
  return each_owned_header(context, catalog, [&](const RpmHeader& header, const std::string& root, std::size_t owner) {
    return each_rpm_file(header, [&](std::string_view path) { return call(root + std::string(path), owner); });
  });
}

Result<std::set<std::string>> listed(const Context& context, std::string_view, std::string_view content) {
  std::set<std::string> out;
  SUPPLY_TRY(const RpmRecord record, parse_rpm_record(content));
  if (!record.failure.empty()) return Error(ErrorCode::malformed, std::string(record.failure));
  Licensing licensing(context.share);
  for (const std::string_view bytes : record.headers) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + bytes.size() / 16));
    const std::uint64_t before = context.share.spent(Cost::memory);
    SUPPLY_TRY(const RpmHeader header, RpmHeader::parse(bytes));
    const auto package = read_rpm_package(header, context.distribution, licensing, context.share);
    if (!package && package.error().code() == ErrorCode::limit_exceeded) return package.error();
    if (package && *package) out.insert((**package).package.purl.to_string());
    context.share.give_back(Cost::memory, context.share.spent(Cost::memory) - before);
  }
  return out;
}

Status recorded(const Context& context, const pkg::Inventory& catalog, const TakeRecorded& call) {
  return each_owned_header(context, catalog, [&](const RpmHeader& header, const std::string& root, std::size_t owner) {
    return each_rpm_checksum(header, [&](const RpmChecksum& file) -> Status {
      const std::string whole = root + file.path;
      return call({whole, owner, file.algorithm, file.hex, file.configuration});
    });
  });
}

}  // namespace

const Cataloger& rpm() {
  static constexpr std::string_view kTypes[] = {"rpm"};
  static constexpr Cataloger cataloger{.name = "rpm",
                                       .types = kTypes,
                                       .collectors = collectors,
                                       .read = read,
                                       .owned = owned,
                                       .listed = listed,
                                       .recorded = recorded};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
