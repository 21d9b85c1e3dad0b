// Whether blocks of addresses cover all there are. For the .cpp files of this room.
#pragma once

#include <string_view>
#include <vector>

#include "libsupply/base/yaml/node.hpp"

namespace supply::deploy {

/// The first of the blocks ("10.0.0.0/8") that cover together every address of IPv4, or of IPv6; nullptr where they do
/// not. Texts that are no block cover nothing.
const yaml::Node* covers_all(const std::vector<const yaml::Node*>& blocks);
/// Whether a block has addresses that are no public ones: those of clusters, of machines beside them, and of metadata.
/// Also true of what cannot be read. Source: IANA, special-purpose address registries.
bool touches_private(std::string_view cidr);

}  // namespace supply::deploy
