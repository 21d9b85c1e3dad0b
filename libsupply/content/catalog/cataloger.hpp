// What one file in catalogers/ gives: the collectors that its package database or metadata files need, and how packages
// are read from what they kept.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/catalog/path_collector.hpp"

namespace supply::catalog {

class SystemFiles;

/// What every cataloger reads from. Borrowed.
struct Context {
  const rootfs::FileTree& tree;
  const std::vector<Digest>& layers;  ///< blob digests, lowest first
  const pkg::OperatingSystem& distribution;
  Share& share;                         ///< of the run's budget: what is made, and each search, is drawn from it
  const std::vector<std::string>& env;  ///< of the image's config
  /// Keeps what owned_by_system() reads for the next who asks; may be null. Only where all packages of the system are
  /// in the Inventory, and one thread at a time asks.
  SystemFiles* system_files = nullptr;

  /// The digest of the layer that holds a file.
  std::optional<Digest> layer_of(const rootfs::File& file) const;
  /// Adds what an image's files made, for its memory and the sorting of it. Errors: limit_exceeded.
  Status add(pkg::Package package, pkg::Inventory& catalog) const;
  Status add(pkg::KnownUnknown unknown, pkg::Inventory& catalog) const;
  /// The paths in a variable of the environment, as "a:b".
  std::vector<std::string_view> paths_in(std::string_view variable) const;
  /// The file at a path, through links. Errors: limit_exceeded.
  Result<std::optional<rootfs::File>> find(std::string_view path) const;
};

/// The memory of packages that a reader made and drew from the share, given back one by one as they go into the
/// catalog, which draws for them itself.
class PackageMemory {
 public:
  explicit PackageMemory(Share& share) : share_(share), before_(share.spent(Cost::memory)) {}
  /// All are made; `count` of them will be given back.
  void all(std::size_t count) { each_ = (share_.spent(Cost::memory) - before_) / std::max<std::size_t>(count, 1); }
  void give_back_one() { share_.give_back(Cost::memory, each_); }

 private:
  Share& share_;
  std::uint64_t before_, each_ = 0;
};

inline pkg::Package& package_of(pkg::Package& package) { return package; }
template <class Made>
pkg::Package& package_of(Made& made) {
  return made.package;
}
/// Adds all that a reader made: packages, or values with a member `package`. Those of a `file` have its place and
/// layer. Errors: limit_exceeded.
template <class Made>
Status add_all(const Context& context, PackageMemory& memory, std::vector<Made> made, pkg::Inventory& catalog,
               const rootfs::File* file = nullptr) {
  memory.all(made.size());
  for (Made& one : made) {
    pkg::Package& package = package_of(one);
    if (file) package.location = file->path, package.layer = context.layer_of(*file);
    memory.give_back_one();
    SUPPLY_TRY(context.add(std::move(package), catalog));
  }
  return {};
}

/// Takes a path that a package owns, as its database spells it: it may lead through links. `owner` is an index into
/// Inventory::packages.
using OwnedPath = std::function<Status(std::string_view path, std::size_t owner)>;

/// A file as a package's database recorded it when the package was installed.
struct RecordedFile {
  std::string_view path;  ///< as its database spells it: it may lead through links
  std::size_t owner;      ///< an index into Inventory::packages
  std::string_view algorithm, hex;
  bool configuration = false;
};
using TakeRecorded = std::function<Status(const RecordedFile& file)>;

struct Cataloger {
  std::string_view name;  ///< the `cataloger` of its packages
  /// The purl types of its packages: what of a document can be compared with an image.
  std::span<const std::string_view> types;
  std::vector<const rootfs::Collector*> (*collectors)(WithOwnedFiles files);
  /// Adds packages, unknowns and embedded SBOMs to `catalog`, which has nobody else's: catalogers read beside each
  /// other. A database that cannot be read is an unknown. Errors: limit_exceeded.
  Status (*read)(const Context& context, pkg::Inventory& catalog);
  /// Calls with every path that its packages in `catalog` own, and is only there for package managers of the image's
  /// system. What no package owns is what this does not call with. Errors: those of `call`, limit_exceeded.
  Status (*owned)(const Context& context, const pkg::Inventory& catalog, const OwnedPath& call) = nullptr;
  /// The purls (to_string) that one version of a database lists, which is at `path`: of each layer that rewrote it.
  /// Errors: malformed, limit_exceeded. Without it a package has been there as long as its file is the same.
  Result<std::set<std::string>> (*listed)(const Context& context, std::string_view path,
                                          std::string_view content) = nullptr;
  /// Calls with every file whose checksum a package in `catalog` has. Errors: those of `call`, limit_exceeded.
  Status (*recorded)(const Context& context, const pkg::Inventory& catalog, const TakeRecorded& call) = nullptr;
  /// The directory that is a package's own, with all below it, or how the names of its scripts begin in a database
  /// ("info/a" of "info/a.postinst" and "info/a:amd64.prerm"); empty: none.
  std::string (*directory)(const pkg::Package& package) = nullptr;
  /// Adds what needs all that every read() has found, as programs that no package owns. Errors: as read.
  Status (*relate)(const Context& context, pkg::Inventory& catalog) = nullptr;
};

/// Those of `paths`, names of files in the tree, that a package of the image's system owns, each with the index of that
/// package in Inventory::packages. Errors: limit_exceeded, those of Cataloger::owned.
Result<std::map<std::string, std::size_t>> owned_by_system(const Context& context, const pkg::Inventory& catalog,
                                                           const std::set<std::string>& paths);

/// Every cataloger, in the order of their names. Generated from catalogers/.
std::span<const Cataloger* const> all_catalogers();

}  // namespace supply::catalog
