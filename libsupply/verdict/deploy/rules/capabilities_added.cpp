// No capability is added but NET_BIND_SERVICE.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    for (const Text& one : container.cap_add) {
      std::string name = to_lower(one.value);
      if (name.starts_with("cap_")) name.erase(0, 4);
      if (name == "net_bind_service" || !one.unset.empty()) continue;
      findings.no({workload.subject(container), one.place, "at most NET_BIND_SERVICE", quote(one.value) + " is added",
                   "take it away", one.value});
    }
  });
}

}  // namespace

const DeploymentRule& capabilities_added() {
  static constexpr DeploymentRule rule{
      "deploy/capabilities-added", "no capability is added but NET_BIND_SERVICE",
      "Each one is a way around a wall of the container. NET_BIND_SERVICE binds ports below 1024 and is fine", judge};
  return rule;
}

}  // namespace supply::deploy::rules
