// No device of the host is given.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    for (const Text& one : container.devices)
      if (one.unset.empty())
        findings.no({workload.subject(container), place_or(one.place, container.place), "no device", quote(one.value),
                     "take it away", one.value});
  });
}

}  // namespace

const DeploymentRule& devices() {
  static constexpr DeploymentRule rule{
      "deploy/devices", "no device of the host is given",
      "A device is a way past every other wall. Counts: devices, device_cgroup_rules, gpus and reserved devices, "
      "volumeDevices",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
