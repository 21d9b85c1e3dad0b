// What is installed in an image: every format's collector rides on the one pass over the layers, every format's reader
// then looks at the merged tree. A format is one file in formats/.
#pragma once

#include <vector>

#include "libsupply/content/pkg/package.hpp"
#include "libsupply/image/rootfs/file_tree.hpp"

namespace supply::catalog {

/// Which distribution the tree is of, from os-release. Empty id when there is none.
struct Distribution {
  std::string id, version_id, pretty_name;
  /// "debian-12.15", as `distro` in purls has it; empty when unknown.
  std::string label() const;
};

/// Something in the tree that could not be read as what it seems to be. Never silently dropped.
struct KnownUnknown {
  std::string cataloger, path, reason;
  friend auto operator<=>(const KnownUnknown&, const KnownUnknown&) = default;
};

struct Catalog {
  Distribution distribution;
  std::vector<pkg::Package> packages;  ///< sorted, no duplicates
  std::vector<KnownUnknown> unknowns;  ///< sorted
};

enum class WithOwnedFiles { no, yes };

/// The collectors that read() needs, for LayerRequest. They live for ever.
std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files);
/// `layers` are the blob digests, lowest first, that the tree was merged from.
/// Errors: malformed, when a package database cannot be read at all (a list of what is installed would be a lie).
Result<Catalog> read(const rootfs::FileTree& tree, const std::vector<Digest>& layers);

}  // namespace supply::catalog
