// What is installed in an image: each cataloger's collectors ride on the one pass over the layers, its reader then
// looks at the merged tree. A cataloger is one file in catalogers/.
#pragma once

#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/pkg/package.hpp"
#include "libsupply/image/rootfs/file_tree.hpp"

namespace supply::catalog {

/// Which distribution the tree is of, from os-release. Empty id when there is none.
struct Distribution {
  std::string id, version_id, pretty_name;
  /// "debian-12.15", as `distro` in purls has it; empty when unknown.
  std::string label() const;
};

/// Something in the tree that holds packages, or seems to, and was not read: metadata that is damaged, a database of a
/// kind that Supply does not read. Never silently dropped: while there is one, no list of packages is complete.
struct KnownUnknown {
  std::string cataloger, path, reason;
  /// "var/lib/rpm/Packages: a database of rpm, which Supply does not read"
  std::string to_string() const { return path + ": " + reason; }
  friend auto operator<=>(const KnownUnknown&, const KnownUnknown&) = default;
};

struct Catalog {
  Distribution distribution;
  std::vector<pkg::Package> packages;  ///< sorted, no duplicates
  std::vector<KnownUnknown> unknowns;  ///< sorted; at most kMaxKnownUnknowns and one that counts the others
};

enum class WithOwnedFiles { no, yes };

/// The collectors that read() needs, for LayerRequest. They have static storage.
std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files);
/// `layers` are the blob digests, lowest first, that the tree was merged from.
/// What is made of them is drawn from `budget`. `env` is the image's environment: NODE_PATH, PYTHONPATH and
/// DPKG_ADMINDIR say where runtimes look for packages. `files` says whether packages get their files. Errors:
/// malformed, when a package database cannot be read at all (a list of what is installed would be a lie);
/// limit_exceeded.
Result<Catalog> read(const rootfs::FileTree& tree, const std::vector<Digest>& layers, Budget& budget,
                     const std::vector<std::string>& env = {}, WithOwnedFiles files = WithOwnedFiles::no);

}  // namespace supply::catalog
