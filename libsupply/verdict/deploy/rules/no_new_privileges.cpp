// Processes cannot gain privileges.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    if (container.escalation.is_no() || container.escalation.value == Flag::Value::unclear) return;
    findings.no({workload.subject(container), place_or(container.escalation.place, container.place),
                 "no new privileges", container.escalation.is_yes() ? "they are allowed" : "nothing forbids them",
                 workload.form == Workload::Form::kubernetes ? "set allowPrivilegeEscalation: false"
                                                             : "add no-new-privileges:true to security_opt"});
  });
}

}  // namespace

const DeploymentRule& no_new_privileges() {
  static constexpr DeploymentRule rule{"deploy/no-new-privileges", "processes cannot gain privileges",
                                       "A setuid program in the image would make root of a user. Counts: "
                                       "no-new-privileges in security_opt, allowPrivilegeEscalation: false",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
