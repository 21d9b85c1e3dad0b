// Layers applied to each other. Belongs to FileTree.
#pragma once

#include <string>
#include <vector>

#include "libsupply/image/rootfs/layer_scan.hpp"
#include "libsupply/image/rootfs/nodes.hpp"

namespace supply::rootfs {

/// Who makes the tree of the layers.
/// copy: all layers are unpacked into one directory (umoci, the vfs drivers of Docker and buildah), whiteouts take away
/// what lower layers have, as the OCI image specification says. overlay: each layer is unpacked into a directory of its
/// own, and the kernel lays it over the lower ones (the default of Docker, containerd and podman). There a lower
/// layer's symbolic link leads nowhere: a new directory hides it; a directory that a layer takes away and makes anew
/// shows what was in it; and the root hides nothing. Source: moby daemon/graphdriver/overlay2 (ApplyDiff), containerd
/// core/diff/apply (apply_linux.go, upper directory alone), containers/storage drivers/overlay (ApplyDiff); tried with
/// buildah 1.28.
enum class Unpacker { copy, overlay };

struct MergedLayers {
  Nodes nodes;
  std::string disputed;  ///< the first thing of which the two make different trees, with its layer; else empty
};

/// Applies the layers, lowest first, each entry in the order of its tar, as FileTree::merge says.
/// The nodes' memory is drawn from `share`, and a step for each entry and each component of its path.
Result<MergedLayers> merge_layers(const std::vector<const LayerScan*>& layers, Unpacker unpacker, Share& share);

}  // namespace supply::rootfs
