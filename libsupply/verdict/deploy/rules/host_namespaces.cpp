// No namespace of the host is shared.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  const auto one = [&](const Workload& workload, const Flag& flag, const char* what) {
    if (flag.is_yes())
      findings.no({workload.subject(), flag.place, "namespaces of its own",
                   flag.text.starts_with("cgroup_parent") ? flag.text + ": a place among the host's control groups"
                                                          : std::string("the host's ") + what + " namespace",
                   "take it away", what});
    else if (flag.text.starts_with("container:") && workload.form == Workload::Form::compose)
      findings.undecided({workload.subject(), flag.place, "namespaces of its own, or of a service of the files",
                          std::string("the ") + what +
                              " namespace of a container outside of the files: " + quote(flag.text.substr(10)),
                          "name a service (service:NAME)", what});
  };
  for (const Workload& workload : deployment.workloads) {
    one(workload, workload.host_network, "network");
    one(workload, workload.host_pid, "process");
    one(workload, workload.host_ipc, "IPC");
    one(workload, workload.host_uts, "UTS");
    one(workload, workload.host_users, "user");
    one(workload, workload.host_cgroup, "cgroup");
  }
  // Once, where the network is declared.
  for (const Resource& network : deployment.networks) {
    const yaml::Node* said = network.name == "host" ? network.node.find("name") : network.node.find("driver");
    if (network.name != "host" && text_at(network.node, "driver") != "host") continue;
    std::vector<std::string> users;
    for (const Workload& workload : deployment.workloads)
      for (const Text& key : workload.networks)
        if (network.key == key.value) users.push_back(workload.subject());
    if (!users.empty())
      findings.no({users.size() == 1 ? users.front() : "network " + network.key,
                   said == nullptr ? network.place : deployment.place_of(*said), "namespaces of its own",
                   "the host's network, as network " + quote(network.key) + " of " + join(users, ", "),
                   "use a network of the project", "network"});
  }
}

}  // namespace

const DeploymentRule& host_namespaces() {
  static constexpr DeploymentRule rule{"deploy/host-namespaces", "no namespace of the host is shared",
                                       "In the host's network, process, IPC, UTS, cgroup or user namespace a container "
                                       "sees and reaches what is the host's. Also a compose network that is named host",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
