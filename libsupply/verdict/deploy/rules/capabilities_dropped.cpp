// Containers drop all capabilities.
#include <algorithm>

#include "libsupply/verdict/deploy/internal/running.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    if (drops_all(workload, container.cap_drop)) return;
    if (std::any_of(container.cap_drop.begin(), container.cap_drop.end(),
                    [](const Text& one) { return !one.unset.empty(); }))
      return;  // rule unset-variables names it
    const Location place =
        !container.cap_drop.empty() ? container.cap_drop.front().place : container.cap_drop_reset.place;
    findings.no({workload.subject(container), place_or(place, container.place), "all capabilities dropped",
                 container.cap_drop.empty() ? "nothing is dropped" : "only some are dropped",
                 "drop ALL, and add what is needed"});
  });
}

}  // namespace

const DeploymentRule& capabilities_dropped() {
  static constexpr DeploymentRule rule{
      "deploy/capabilities-dropped", "containers drop all capabilities",
      "The default set lets a container change owners, send raw packets and more. "
      "Counts: ALL in cap_drop or "
      "capabilities.drop; of a container that runs also each of the default ones by its "
      "name",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
