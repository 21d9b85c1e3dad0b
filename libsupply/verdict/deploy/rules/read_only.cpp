// Root file systems are read-only.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    if (container.read_only.is_yes() || container.read_only.value == Flag::Value::unclear) return;
    findings.no(
        {workload.subject(container), place_or(container.read_only.place, container.place),
         "a read-only root file system", container.read_only.is_no() ? "it may be written" : "nothing says so",
         workload.form == Workload::Form::kubernetes ? "set readOnlyRootFilesystem: true" : "set read_only: true"});
  });
}

}  // namespace

const DeploymentRule& read_only() {
  static constexpr DeploymentRule rule{"deploy/read-only", "root file systems are read-only",
                                       "What cannot be written cannot be replaced by an attacker. Counts: read_only, "
                                       "readOnlyRootFilesystem; what must be written is in a tmpfs or a volume",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
