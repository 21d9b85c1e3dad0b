// What is in a source tree: what lock files fix, and what is installed in it. A value, made by read_source_tree().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libsupply/base/io/file.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/locks/packages.hpp"
#include "libsupply/image/rootfs/directory_scan.hpp"

namespace supply::source {

struct SourceTree {
  /// Packages of lock files (cataloger: the format's name) and of all that catalogers find installed. Known unknowns:
  /// also what the walk could not read, damaged lock files, and manifests that no lock file fixes.
  pkg::Inventory inventory;
  /// Of the first lock file in the directory itself that names one, else of a manifest there; may be empty.
  locks::Project project;
  std::vector<std::string> lock_files;  ///< that were read, sorted
  /// What was left out on purpose, each with why; sorted: version control, lock files of what is installed in the tree.
  std::vector<std::string> left_out;
  std::unique_ptr<rootfs::LayerScan> scan;  ///< of the directory; `tree` borrows it
  rootfs::FileTree tree;
};

/// Reads a directory. A lock file below node_modules, vendor, site-packages and the like belongs to what is installed
/// there and is not read. Errors: not_found, forbidden, unsupported (no directory; nothing in it that Supply reads:
/// nobody knows then what it needs), limit_exceeded, and those of the catalogers.
Result<SourceTree> read_source_tree(const io::Path& directory, rootfs::WithFileDigests digests,
                                    catalog::WithOwnedFiles files, Budget& budget);

}  // namespace supply::source
