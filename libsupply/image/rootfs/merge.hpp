// Layers applied to each other. Belongs to FileTree.
#pragma once

#include <vector>

#include "libsupply/image/rootfs/layer_facts.hpp"
#include "libsupply/image/rootfs/nodes.hpp"

namespace supply::rootfs {

/// Applies the layers, lowest first, each entry in the order of its tar, as FileTree::merge says.
/// The nodes' memory is drawn from `share`, and a step for each entry and each component of its path.
Result<Nodes> merge_layers(const std::vector<const LayerFacts*>& layers, Share& share);

}  // namespace supply::rootfs
