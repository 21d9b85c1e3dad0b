// What one file in formats/ gives: the collectors that its package database or metadata files need, and how packages
// are read from what they kept.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/catalog/collecting.hpp"

namespace supply::catalog {

/// What every format reads from. Borrowed.
struct Input {
  const rootfs::FileTree& tree;
  const std::vector<Digest>& layers;  ///< blob digests, lowest first
  const Distribution& distribution;

  /// The digest of the layer that holds a file.
  std::optional<Digest> layer_of(const rootfs::File& file) const;
};

struct Format {
  std::string_view name;  ///< the `cataloger` of its packages
  std::vector<const rootfs::Collector*> (*collectors)(WithOwnedFiles files);
  /// Adds to `catalog`. Errors: malformed, when a package database cannot be read.
  Status (*read)(const Input& input, Catalog& catalog);
};

/// Every format, in the order of their names. Generated from formats/.
std::span<const Format* const> all_formats();

}  // namespace supply::catalog
