// A directory of this machine as if it were an image's only layer: what catalogers read of an image they read of a
// source tree too. A value; one thread.
#pragma once

#include <string>
#include <vector>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/image/rootfs/layer_scan.hpp"

namespace supply::rootfs {

struct UnreadPath {
  std::string path;  ///< below the directory, without a leading '/'; "/" is the directory itself
  std::string reason;
  friend auto operator<=>(const UnreadPath&, const UnreadPath&) = default;
};

struct DirectoryScan {
  LayerScan scan;                    ///< its blob is no digest of anything
  std::vector<UnreadPath> unread;    ///< what is there and was not read: no answer that rests on the scan is complete
  std::vector<std::string> omitted;  ///< what version control keeps (".git"), left out on purpose; sorted
};

struct DirectoryLimits {
  std::size_t entries = kMaxWalkedEntries;
  std::size_t depth = kMaxWalkDepth;
};

/// Reads what is below the directory, sorted, no file whole that no collector wants. A link counts as far as it leads
/// to something in the directory: an absolute one also as if the directory were the root of a system. One that leads
/// out of it, or nowhere, and whose name a collector wants, is unread; so is a link to a directory elsewhere.
/// Errors: not_found, forbidden, unsupported (no directory), limit_exceeded (of the budget, or of what collectors
/// keep).
Result<DirectoryScan> scan_directory(const io::Path& directory, const LayerRequest& request, Budget& budget,
                                     const DirectoryLimits& limits = {});

}  // namespace supply::rootfs
