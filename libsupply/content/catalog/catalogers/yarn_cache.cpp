// npm packages in the archives that Yarn's Plug'n'Play loads them from: .yarn/cache of a project, and the cache that
// projects share (.yarn/berry/cache).
// Source: yarnpkg.com, "Plug'n'Play", "Zero-installs"; berry, packages/yarnpkg-core/sources/Cache.ts.
#include <algorithm>

#include "libsupply/base/limits/document_limits.hpp"
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
const Archives kArchives;

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kArchives}; }

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
  static constexpr Cataloger cataloger{.name = "yarn-cache", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
