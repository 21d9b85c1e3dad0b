// /proc is masked.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    if (!container.proc_mount.has_value()) return;
    findings.no({workload.subject(container), container.proc_mount.place, "the default masks over /proc and /sys",
                 quote(container.proc_mount.value), "take it away"});
  });
}

}  // namespace

const DeploymentRule& proc_mount() {
  static constexpr DeploymentRule rule{"deploy/proc-mount", "/proc is masked",
                                       "procMount: Unmasked, systempaths=unconfined and unmask show the host's kernel "
                                       "interfaces, writable-cgroups opens "
                                       "control groups",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
