// Collectors that choose files by their path, and keep them whole or reduced.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "libsupply/image/rootfs/file_tree.hpp"

namespace supply::catalog {

/// Stands for the content of a file that is longer than is read: a known unknown, wherever something is said by it.
extern const std::string_view kOverLimit;

/// Keeps each file that is selected and whose path `wants`. Immutable; has static storage.
class PathCollector final : public rootfs::Collector {
 public:
  struct Rules {
    std::string_view name;
    int version = 1;
    std::span<const rootfs::Select> selects = {};    ///< see rootfs::Collector::selects
    bool (*wants)(std::string_view path) = nullptr;  ///< of those selected; nullptr: all of them
    std::size_t limit = 0;                           ///< bytes
    /// What to keep of a file's bytes; nullptr: all, or kOverLimit. `complete` is false for a file over the limit:
    /// `bytes` are then its first ones.
    std::string (*reduce)(std::string bytes, bool complete) = nullptr;
    /// Bytes after which nothing more of the file is of interest, or npos; called as the bytes come. nullptr: never.
    std::size_t (*ends_at)(std::string_view bytes) = nullptr;
    std::span<const std::string_view> well_known = {};
  };
  explicit constexpr PathCollector(Rules rules) : rules_(rules) {}

  std::string_view name() const override { return rules_.name; }
  int version() const override { return rules_.version; }
  std::span<const rootfs::Select> selects() const override { return rules_.selects; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override;
  std::span<const std::string_view> well_known_paths() const override { return rules_.well_known; }

 private:
  Rules rules_;
};

/// The content that a collector kept of the files in a tree, to be looked up by any name that leads to a file.
class Contents {
 public:
  Contents(const rootfs::FileTree& tree, std::string_view collector);
  /// Links are followed. Nothing when there is no such file or it was not collected.
  std::optional<rootfs::CollectedFile> find(std::string_view path) const;
  /// Every file, sorted by path; several names of one file (hard links) are all there.
  const std::vector<rootfs::CollectedFile>& all() const { return files_; }

 private:
  const rootfs::FileTree& tree_;
  std::vector<rootfs::CollectedFile> files_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> by_entry_;
};

}  // namespace supply::catalog
