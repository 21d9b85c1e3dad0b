// The file system that a container runtime would see: layers merged, whiteouts and links applied.
// Made from the scans of the layers, which must outlive it. Immutable; any thread.
// Source: OCI image-spec v1.1, layer.md; and, where that is silent, what umoci, podman and overlayfs agree on, found by
// experiment with umoci 0.4.7 and buildah 1.28 (file_tree_test.cpp says which of them does what).
#pragma once

#include <functional>
#include <memory>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/rootfs/layer_scan.hpp"
#include "libsupply/image/rootfs/merge.hpp"

namespace supply::rootfs {

/// One name in the tree.
struct File {
  std::string path;  ///< from the root, without a leading '/'
  const Entry* entry =
      nullptr;  ///< where content and metadata come from; nullptr for a directory that no layer has a header for
  std::uint32_t layer = 0;  ///< index of the layer that holds `entry`
  std::uint32_t entry_index = 0;
  EntryType type = EntryType::directory;  ///< never hardlink: both names of a file are files
  const FileDigests* digests = nullptr;
};

/// A name and its directory's, without the path that leads to them.
struct Name {
  std::string_view name;
  std::string_view directory;  ///< the last component of its directory's path; empty in the root
  EntryType type = EntryType::directory;
};

/// A file that a collector kept and that is in the tree, under the name it has there.
struct CollectedFile {
  File file;
  std::string_view content;  ///< into the layer's scan
};

class FileTree {
 public:
  /// Merges from the lowest layer to the highest. Errors: malformed (a hard link to nothing, a loop of links on the way
  /// to an entry), limit_exceeded, of overlay unsupported (a layer has a name as a file and as a directory of lower
  /// layers). The tree draws from `budget`, which must outlive it. `paid` is how many bytes of input pay for it: an
  /// index may make many trees of the same layers.
  static Result<FileTree> merge(const std::vector<const LayerScan*>& layers, Budget& budget, std::uint64_t paid = 0,
                                Unpacker unpacker = Unpacker::copy);
  /// The first thing of which unpackers that copy and overlayfs make different trees, for a message; else empty.
  const std::string& disputed() const;
  /// Whether the collectors find the same files in this tree and in `other` of the same layers: the same content, and
  /// at every well-known path that `other` has the same file. Errors: limit_exceeded.
  Result<bool> same_collected(const FileTree& other, const std::vector<const Collector*>& collectors) const;

  /// The file at a path, links followed inside the root, the last one too. Empty when there is none or links loop, and
  /// when the budget's steps are used up: complete() tells.
  std::optional<File> find(std::string_view path) const;
  /// The same without following the last one: what has that name itself, which may be a link.
  std::optional<File> find_unfollowed(std::string_view path) const;
  /// Calls with every file, directories included, the root not, in the order of their paths by byte. The File is the
  /// call's own.
  void for_each(const std::function<void(const File&)>& call) const;
  /// The same of what is in those directories that `wants`, which is asked with the path of each directory before what
  /// is in it and below it; the root's is empty. Of the others only the directories are gone through.
  void for_each_in(const std::function<bool(std::string_view directory)>& wants,
                   const std::function<void(const File&)>& call) const;
  /// The same of those that `wants`: where that are few, much less work than for_each; else no more.
  void for_each_named(const std::function<bool(const Name&)>& wants,
                      const std::function<void(const File&)>& call) const;
  /// The paths of all symbolic links, sorted.
  std::vector<std::string> links() const;
  /// What the collector of that name kept, of files that are in the tree; sorted by path. A file with several hard
  /// links is listed once per name. A file that was kept for a link's path is under that path alone.
  std::vector<CollectedFile> collected(std::string_view collector) const;
  /// Whether every find() until now said what there is; to be asked before an answer rests on them.
  /// Errors: limit_exceeded.
  Status complete() const;
  /// The scans that it was merged from, lowest first. Valid as long as they are.
  const std::vector<const LayerScan*>& layers() const;
  /// How many names there are.
  std::size_t size() const;
  /// How many bytes their paths have together.
  std::uint64_t path_bytes() const;

  /// Files that only a link makes interesting: those at the collectors' well-known paths, and those that a link leads
  /// to whose path a collector wants. Per layer, sorted by entry; only files that no collector got a sink for.
  /// Errors: limit_exceeded (more than `limit` in all, or the budget).
  Result<std::vector<std::vector<RequestedFile>>> requested_files(const std::vector<const Collector*>& collectors,
                                                                  std::size_t limit = kMaxRereadFiles) const;

 private:
  struct Impl;
  explicit FileTree(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;  // shared, since a copy of a tree that never changes costs nothing
};

}  // namespace supply::rootfs
