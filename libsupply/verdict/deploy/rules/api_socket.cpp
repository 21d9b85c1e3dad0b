// No container has the engine's API.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    if (container.api_socket.is_yes())
      findings.no({workload.subject(container), container.api_socket.place, "no access to the engine", "use_api_socket",
                   "take it away"});
    for (const Variable& one : container.environment)
      if ((one.name == "DOCKER_HOST" || one.name == "CONTAINER_HOST") &&
          one.value.value.find("://") != std::string::npos && !one.value.value.starts_with("unix://"))
        findings.no({workload.subject(container), one.value.place, "no access to the engine",
                     one.name + " " + quote(one.value.value), "take it away"});
  });
}

}  // namespace

const DeploymentRule& api_socket() {
  static constexpr DeploymentRule rule{"deploy/api-socket", "no container has the engine's API",
                                       "Who can ask the engine can start a privileged container. Counts: "
                                       "use_api_socket, DOCKER_HOST and CONTAINER_HOST over a network; "
                                       "the socket itself is rule host-paths's",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
