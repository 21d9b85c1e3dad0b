// From Kubernetes objects to workloads. For the .cpp files of this room.
#pragma once

#include "libsupply/content/deploy/internal/values.hpp"

namespace supply::deploy {

/// Adds one object, or those of a list. Errors: malformed (no kind; a template that was not rendered), limit_exceeded.
Status add_object(const yaml::Node& node, const Options& options, Deployment& deployment, int depth = 0);

/// Adds what a pod's spec says to a workload. `annotations` are the pod's. Errors: as add_object().
Status add_pod(const yaml::Node& spec, const Deployment& deployment, Workload& workload);

}  // namespace supply::deploy
