// What the rules over running containers share. For the .cpp files of this room.
#pragma once

#include "libsupply/verdict/deploy/internal/judging.hpp"
#include "libsupply/verdict/deploy/lock.hpp"

namespace supply::deploy {

/// Calls `body(workload, container, running)` for every container that an engine was asked about.
template <class Body>
void each_running(const Deployment& deployment, const Surrounding& around, Body body) {
  for (const Workload& workload : deployment.workloads) {
    const auto known = around.running.find(workload.name);
    if (workload.form != Workload::Form::inspected || known == around.running.end()) continue;
    for (const Container& container : workload.containers) body(workload, container, known->second);
  }
}

/// "docker.io/library/nginx:1.27" of "nginx:1.27": with registry and tag, without a digest. Of what names no image of a
/// registry, the text itself.
std::string full_image_name(std::string_view name);
/// Whether the texts drop every capability: ALL; of a container that was inspected also each that an engine gives by
/// its name, as podman lists them. Source: Docker's and podman's default capabilities.
bool drops_all(const Workload& workload, const std::vector<Text>& dropped);

}  // namespace supply::deploy
