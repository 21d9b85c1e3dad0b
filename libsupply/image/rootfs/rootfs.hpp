// Images to file trees: every layer of them read once, in parallel, largest first.
#pragma once

#include <map>

#include "libsupply/image/rootfs/file_tree.hpp"
#include "libsupply/image/store/image.hpp"

namespace supply::rootfs {

/// The scans of the layers of some images, each layer once, by blob digest.
class Layers {
 public:
  /// Reads every distinct layer of `images`. `threads` 0 means one per processor. With collectors, files that only a
  /// link makes interesting (FileTree::requested_files) are read a second time and added. With diff_ids asked for, each
  /// is compared with the configs', and computed with their algorithm: errors: mismatch ("layer sha256:…: diff_id is
  /// sha256:…, config says sha256:…"); and those of read_layer, each naming the layer, and with collectors those of
  /// FileTree::merge. All of it draws from `budget`, which must outlive the layers. A foreign layer that the store
  /// lacks is an error like any other.
  static Result<Layers> read(store::ImageSource& source, const std::vector<store::PlatformImage>& images,
                             const LayerRequest& request, Budget& budget, std::size_t threads = 0);

  /// Lowest first; the pointers live as long as this object (moving it keeps them).
  std::vector<const LayerScan*> of(const store::PlatformImage& image) const;
  /// The merged tree of one of the images; must not outlive this object.
  /// Made anew each time, unless there is only one: drop it before the next. One thread.
  Result<FileTree> tree(const store::PlatformImage& image) const;
  /// How many files needed a second read.
  std::size_t reread_files() const { return reread_files_; }

 private:
  Layers(LayerRequest request, Budget& budget) : request_(std::move(request)), budget_(&budget) {}
  Status read_all(store::ImageSource& source, std::size_t threads);
  Result<FileTree> merge(const store::PlatformImage& image) const;
  /// Errors: unsupported (overlay drivers show another tree, and collected files differ), limit_exceeded.
  Status check_overlay(const store::PlatformImage& image, const FileTree& merged) const;
  Status reread(store::ImageSource& source, const std::vector<store::PlatformImage>& images, std::size_t threads);

  std::map<Digest, std::unique_ptr<LayerScan>> scans_;
  std::map<Digest, oci::Descriptor> descriptors_;  ///< of the layers
  std::map<Digest, Digest> diff_ids_;              ///< by layer, as the configs say
  std::optional<FileTree> only_tree_;              ///< of the only image, where the second read needed it
  std::shared_ptr<std::map<Digest, int>> merged_ = std::make_shared<std::map<Digest, int>>();  ///< how often, by layer
  LayerRequest request_;
  Budget* budget_;
  std::size_t reread_files_ = 0;
};

}  // namespace supply::rootfs
