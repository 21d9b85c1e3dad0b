// Scans of layers that an earlier run left on disk. A scan is a pure function of a layer's bytes and of what was asked
// of them, so its name is the layer's digest, the collectors and the program that made it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/oci/descriptor.hpp"
#include "libsupply/image/rootfs/layer_scan.hpp"

namespace supply::rootfs {

/// Any thread, and any number of processes at once: a file is written whole under a name of its own and then renamed.
/// What cannot be kept or read is as if it had never been kept.
class ScanCache {
 public:
  /// In the directory `layers` of `directory`, which is made with mode 0700. A directory that others can write to is
  /// not used. `program` tells scans of different builds of the program apart. `limit` is how many bytes all files may
  /// have together. Errors: forbidden (somebody else's directory), unavailable.
  static Result<ScanCache> open(const io::Path& directory, std::string program,
                                std::uint64_t limit = kMaxScanCacheBytes);

  /// The scan of the layer, if one was kept whole: its file is the owner's alone and has the hash that it says.
  /// Draws from `budget` what a scan holds. Errors: limit_exceeded.
  Result<std::optional<LayerScan>> find(const oci::Descriptor& layer, const LayerRequest& request,
                                        Budget& budget) const;
  /// Keeps the scan, unless it is larger than an eighth of the limit.
  void keep(const LayerScan& scan, const oci::Descriptor& layer, const LayerRequest& request) const;
  /// Removes what was used least lately until all is within the limit, and what writers that died left. Returns how
  /// many files were removed.
  std::size_t prune() const { return prune(limit_); }
  /// The same for another limit: 0 removes all.
  std::size_t prune(std::uint64_t limit) const;

 private:
  ScanCache(io::Path directory, std::string program, std::uint64_t limit)
      : directory_(std::move(directory)), program_(std::move(program)), limit_(limit) {}
  std::string key_of(const oci::Descriptor& layer, const LayerRequest& request) const;
  io::Path file_of(const std::string& key) const;

  io::Path directory_;
  std::string program_;
  std::uint64_t limit_;
};

}  // namespace supply::rootfs
