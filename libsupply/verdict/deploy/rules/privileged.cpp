// No container is privileged.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  for (const Workload& workload : deployment.workloads)
    for (const Container& container : workload.containers)
      if (container.privileged.is_yes())
        findings.no({workload.subject(container), container.privileged.place, "no privileged container", "privileged",
                     "take it away, and add the one capability or device that is needed"});
}

}  // namespace

const DeploymentRule& privileged() {
  static constexpr DeploymentRule rule{"deploy/privileged", "no container is privileged",
                                       "A privileged container has the host's devices and all capabilities: it is the "
                                       "host. Also of hooks, builds, and Windows host processes",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
