// npm packages in the archives that Yarn's Plug'n'Play loads them from: .yarn/cache of a project, and the cache that
// projects share (.yarn/berry/cache).
// Source: yarnpkg.com, "Plug'n'Play", "Zero-installs"; berry, packages/yarnpkg-core/sources/Cache.ts.
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/javascript_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/zip/zip.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/npm_package.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

// "node_modules/NAME/package.json" or "node_modules/@SCOPE/NAME/package.json"
bool is_its_package_json(std::string_view member) {
  constexpr std::string_view kBegin = "node_modules/";
  if (!member.starts_with(kBegin) || base_name(member) != "package.json") return false;
  const auto slashes = std::count(member.begin() + kBegin.size(), member.end(), '/');
  return slashes == (member[kBegin.size()] == '@' ? 2 : 1);
}

class Visitor final : public zip::ZipVisitor {
 public:
  explicit Visitor(Share& share) : share_(share) {}
  std::optional<Result<NpmPackage>> found;
  Status refused;  // by the budget of the run

  Result<bool> wants(const zip::ZipMember& member) override {
    if (!is_its_package_json(member.name)) return false;
    refused = share_.spend(Cost::unpacked, member.size);
    if (!refused) return Error(refused.error());
    return true;
  }
  Status content(const zip::ZipMember&, std::string bytes) override {
    PackageJsonReader reader;
    reader.feed(bytes);
    auto read = reader.finish();
    found = read ? Result<NpmPackage>(to_npm_package(*std::move(read))) : Result<NpmPackage>(std::move(read).error());
    return {};
  }

 private:
  Share& share_;
};

// Holds an archive while it streams by, and keeps what its package.json says.
class Sink final : public rootfs::FileSink {
 public:
  void feed(std::string_view chunk) override {
    too_large_ = too_large_ || chunk.size() > kMaxNestedArchiveBytes - bytes_.size();
    if (too_large_) bytes_ = std::string();
    else bytes_ += chunk;
  }
  std::optional<std::size_t> held() const override { return bytes_.size(); }
  Result<std::optional<std::string>> finish() override {
    return Error(ErrorCode::internal, "an archive of Yarn is read within a budget");
  }
  Result<std::optional<std::string>> finish_within(Share& share) override {
    const auto fault = [](std::string reason) {
      return std::optional(to_record(Result<NpmPackage>(Error(ErrorCode::malformed, std::move(reason)))));
    };
    if (too_large_) return fault("an archive of more than " + std::to_string(kMaxNestedArchiveBytes) + " bytes");
    SUPPLY_TRY(share.spend(Cost::memory, bytes_.size()));
    Visitor visitor(share);
    const Status read = zip::read_zip(bytes_, visitor);
    share.give_back(Cost::memory, bytes_.size());
    if (!visitor.refused) return Error(visitor.refused.error());
    if (!read) return fault(read.error().message());
    if (!visitor.found) return fault("an archive of Yarn without a package.json");
    return std::optional(to_record(*visitor.found));
  }

 private:
  std::string bytes_;
  bool too_large_ = false;
};

class Archives final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "yarn-cache"; }
  int version() const override { return 1; }
  std::span<const Select> selects() const override {
    static constexpr Select kSelects[] = {{Select::By::suffix, ".zip"}};
    return kSelects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view) const override {
    const std::string_view cache = directory_of(file.path), above = base_name(directory_of(cache));
    const bool is_cache = base_name(cache) == "cache" && (above == ".yarn" || above == "berry");
    return is_cache ? std::make_unique<Sink>() : nullptr;
  }
};
constexpr Archives kArchives;

// Where a table of Plug'n'Play says that packages lie: "packageLocation": "./.yarn/cache/a.zip/node_modules/a/". One
// that has an escape is kept as it is.
// Source: berry, packages/yarnpkg-pnp/sources/generateSerializedState.ts.
std::string keep_locations(std::string bytes, bool complete) {
  if (!complete) return std::string(kOverLimit);
  constexpr std::string_view kKey = "\"packageLocation\":";
  std::string out;
  for (std::size_t at = bytes.find(kKey); at != std::string::npos; at = bytes.find(kKey, at)) {
    at += kKey.size();
    const std::size_t begin = bytes.find('"', at);
    if (begin == std::string::npos) break;
    const std::size_t end = bytes.find_first_of("\"\n", begin + 1);
    if (end == std::string::npos) break;
    out.append(bytes, begin + 1, end - begin - 1).append("\n");
    at = end;
  }
  return out;
}

constexpr Select kTableSelects[] = {
    {Select::By::name, ".pnp.cjs"}, {Select::By::name, ".pnp.js"}, {Select::By::name, ".pnp.data.json"}};
constexpr PathCollector kTables(
    {.name = "yarn-pnp", .selects = kTableSelects, .limit = kMaxLanguageDatabaseBytes, .reduce = keep_locations});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kArchives, &kTables}; }

// The archive in which a package lies, from where the table is; nothing for one in a directory. Of a package that is
// there several times, for its peers, "x/__virtual__/HASH/N/rest" is "rest" from N directories above x. Errors:
// unsupported, where it is not known which archive that is.
// Source: yarnpkg.com, "Plug'n'Play Specification", section 4.
Result<std::optional<std::string>> archive_at(std::string_view location) {
  if (location.find('\\') != std::string_view::npos) return Error(ErrorCode::unsupported, "an escape");
  const std::size_t zip = location.find(".zip/");
  if (zip == std::string_view::npos) return std::optional<std::string>();
  std::string path(location.substr(0, zip + 4));
  for (const std::string_view name : {"/__virtual__/", "/$$virtual/"}) {
    const std::size_t at = path.find(name);
    if (at == std::string::npos) continue;
    const std::size_t hash_end = path.find('/', at + name.size());
    const std::size_t depth_end = hash_end == std::string::npos ? hash_end : path.find('/', hash_end + 1);
    if (depth_end == std::string::npos) continue;
    int depth = -1;
    const auto [end_of_number, failed] = std::from_chars(path.data() + hash_end + 1, path.data() + depth_end, depth);
    if (failed != std::errc() || end_of_number != path.data() + depth_end || depth < 0 || depth > kMaxVirtualDepth)
      return Error(ErrorCode::unsupported, "a number of directories");
    std::string from = path.substr(0, at) + "/";
    for (int i = 0; i < depth; ++i) from += "../";
    path = from + path.substr(depth_end + 1);
  }
  return std::optional(std::move(path));
}

// What a table says of packages in archives that are there and were not read. Others are in directories, where npm's
// cataloger looks, or are for another platform and not there. When all packages of the system are known: what they own
// is no unknown.
Status relate(const Context& context, pkg::Inventory& catalog) {
  std::set<std::string> known;
  for (const rootfs::CollectedFile& file : context.tree.collected(kArchives.name())) known.insert(file.file.path);
  std::map<std::string, std::string> unread;  // by table, why
  std::set<std::string> tables;
  for (const rootfs::CollectedFile& table : context.tree.collected(kTables.name())) {
    const std::string& path = table.file.path;
    const std::string directory = std::string(directory_of(path)) + "/";
    if (table.content == kOverLimit || table.content.empty()) {
      if (table.file.entry != nullptr && table.file.entry->size == 0) continue;
      // The table's data may be in a file beside it.
      SUPPLY_TRY(const auto data, context.find(directory + ".pnp.data.json"));
      if (data && data->path != path && table.content.empty()) continue;
      unread.emplace(path, "npm packages of yarn Plug'n'Play, which Supply does not read");
    }
    std::size_t count = 0, unclear = 0;
    for (const std::string_view location : lines(table.content)) {
      const auto archive = archive_at(location);
      if (!archive) ++unclear;
      if (!archive || !*archive) continue;
      SUPPLY_TRY(const auto file, context.find((*archive)->starts_with('/') ? **archive : directory + **archive));
      if (file && file->type == rootfs::EntryType::file && !known.contains(file->path)) ++count;
    }
    if (count > 0)
      unread.emplace(path,
                     std::to_string(count) + " archives that it names are in no cache of Yarn's and are not read");
    if (unclear > 0)
      unread.emplace(path, std::to_string(unclear) + " places of packages that it names are not followed");
    if (unread.contains(path)) tables.insert(path);
  }
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, tables));
  for (const auto& [path, reason] : unread)
    if (!owned.contains(path)) SUPPLY_TRY(context.add(pkg::KnownUnknown{"yarn-cache", path, reason}, catalog));
  return {};
}

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "yarn-cache", catalog, DescribedPackages::Elsewhere::no);
  for (const rootfs::CollectedFile& file : context.tree.collected(kArchives.name())) {
    const std::string cache(directory_of(file.file.path));
    SUPPLY_TRY(packages.read(file, cache, [](std::string_view record) -> Result<DescribedList> {
      SUPPLY_TRY(NpmPackage npm, from_record(record));
      if (npm.package.name.empty()) return Error(ErrorCode::malformed, "a package.json without a name");
      if (const Status named = identify(npm); !named) return named.error();
      DescribedPackage one;
      one.key = npm.package.name;
      one.requires_ = std::move(npm.requires_);
      one.licenses = std::move(npm.licenses);
      one.package = std::move(npm.package);
      return DescribedList{std::move(one)};
    }));
  }
  return packages.finish();
}

}  // namespace

const Cataloger& yarn_cache() {
  static constexpr std::string_view kTypes[] = {"npm"};
  static constexpr Cataloger cataloger{
      .name = "yarn-cache", .types = kTypes, .collectors = collectors, .read = read, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
