// No container has the engine's API.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

// The engine's API at its port, without TLS and with: tcp://proxy:2375.
bool is_engine(std::string_view text) {
  const std::size_t at = text.find("tcp://");
  if (at == std::string_view::npos) return false;
  const std::string_view host = text.substr(at, text.find_first_of(" \t,;\"'/", at + 6) - at);
  return host.ends_with(":2375") || host.ends_with(":2376");
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    if (container.api_socket.is_yes())
      findings.no({workload.subject(container), container.api_socket.place, "no access to the engine", "use_api_socket",
                   "take it away"});
    for (const Variable& one : container.environment)
      if (((one.name == "DOCKER_HOST" || one.name == "CONTAINER_HOST") &&
           one.value.value.find("://") != std::string::npos && !one.value.value.starts_with("unix://")) ||
          is_engine(one.value.value))
        findings.no({workload.subject(container), one.value.place, "no access to the engine",
                     one.name + " " + quote(one.value.value), "take it away"});
    for (const Command& command : container.commands)
      for (const CommandWord& word : words_of(command))
        if (is_engine(word.text)) {
          findings.no({workload.subject(container), place_or(word.place, container.place), "no access to the engine",
                       command.what + ": " + quote(word.text), "take it away", command.what});
          break;
        }
  });
}

}  // namespace

const DeploymentRule& api_socket() {
  static constexpr DeploymentRule rule{"deploy/api-socket", "no container has the engine's API",
                                       "Who can ask the engine can start a privileged container. Counts: "
                                       "use_api_socket, DOCKER_HOST and CONTAINER_HOST over a network, tcp:// at "
                                       "ports 2375 and 2376 in a variable or a command; "
                                       "the socket itself is rule host-paths's",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
