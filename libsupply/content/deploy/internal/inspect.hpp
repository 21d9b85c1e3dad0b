// From what docker and podman inspect print. For the .cpp files of this room.
#pragma once

#include "libsupply/content/deploy/internal/values.hpp"

namespace supply::deploy {

/// Whether it is a container, or a list of them.
bool is_inspected(const yaml::Node& node);
/// Adds the containers. Errors: malformed. Source: Docker Engine API v1.43, ContainerInspect; podman-inspect(1).
Status add_inspected(const yaml::Node& node, Deployment& deployment);

}  // namespace supply::deploy
