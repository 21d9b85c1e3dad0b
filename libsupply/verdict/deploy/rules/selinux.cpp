// SELinux keeps containers apart.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    for (const Text& one : container.selinux)
      findings.no({workload.subject(container), one.place, "SELinux's own type for containers", quote(one.value),
                   "take it away", one.value});
  });
}

}  // namespace

const DeploymentRule& selinux() {
  static constexpr DeploymentRule rule{
      "deploy/selinux", "SELinux keeps containers apart",
      "label:disable and types other than those for containers take the separation away that SELinux gives", judge};
  return rule;
}

}  // namespace supply::deploy::rules
