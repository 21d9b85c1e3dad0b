// What is installed in an image: each cataloger's collectors ride on the one pass over the layers, its reader then
// looks at the merged tree. A cataloger is one file in catalogers/.
#pragma once

#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/pkg/inventory.hpp"
#include "libsupply/image/rootfs/file_tree.hpp"

namespace supply::catalog {

enum class WithOwnedFiles { no, yes };

/// The collectors that read() needs, for LayerRequest. They have static storage.
std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files);
/// `layers` are the blob digests, lowest first, that the tree was merged from.
/// What is made of them is drawn from `budget`. `env` is the image's environment: NODE_PATH, PYTHONPATH and
/// DPKG_ADMINDIR say where runtimes look for packages. `files` says whether packages get their files. A database that
/// cannot be read is a known unknown. Errors: limit_exceeded.
Result<pkg::Inventory> read(const rootfs::FileTree& tree, const std::vector<Digest>& layers, Budget& budget,
                            const std::vector<std::string>& env = {}, WithOwnedFiles files = WithOwnedFiles::no);

}  // namespace supply::catalog
