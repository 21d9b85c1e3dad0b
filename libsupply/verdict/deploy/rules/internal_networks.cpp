// Networks of a project are internal, or keep their containers apart.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

bool is_true(const yaml::Node* node) {
  if (node == nullptr || node->tag == "!reset") return false;
  const std::string word = to_lower(node->text);
  return word == "true" || word == "yes" || word == "on" || word == "y" || word == "1" || word == "t";
}

bool is_false(const yaml::Node* node) {
  if (node == nullptr) return false;
  const std::string word = to_lower(node->text);
  return word == "false" || word == "0" || word == "f";
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  for (const Workload& workload : deployment.workloads)
    if (workload.form == Workload::Form::compose &&
        (workload.host_network.text == "bridge" || workload.host_network.text == "default"))
      findings.no({workload.subject(), workload.host_network.place, "a network of the project",
                   "the engine's own bridge, in which all its containers reach each other",
                   "name a network of the project"});
  // A database in the network of a service that is in one which leads out.
  for (const Workload& workload : deployment.workloads) {
    if (workload.form != Workload::Form::compose || !workload.host_network.text.starts_with("service:") ||
        !is_database_image(workload.containers.front().image.value))
      continue;
    for (const Workload& other : deployment.workloads)
      for (const Text& key : other.networks)
        for (const Resource& network : deployment.networks)
          if (other.kind == "service" && other.name == workload.host_network.text.substr(8) &&
              network.key == key.value && !network.external && !is_true(network.node.find("internal")))
            findings.no({workload.subject(), workload.host_network.place, "a database in internal networks alone",
                         "network " + quote(network.key) + " of " + other.subject() + " is not internal",
                         "give it a network with internal: true", network.key});
  }
  for (const Resource& network : deployment.networks) {
    if (network.external) continue;
    const Workload *first = nullptr, *database = nullptr;
    Location place, database_place;
    for (const Workload& workload : deployment.workloads)
      for (const Text& key : workload.networks) {
        if (workload.form != Workload::Form::compose || key.value != network.key) continue;
        if (first == nullptr) {
          first = &workload;
          place = key.place;
        }
        if (database == nullptr && is_database_image(workload.containers.front().image.value)) {
          database = &workload;
          database_place = key.place;
        }
      }
    if (first == nullptr) continue;
    if (const yaml::Node* all = network.node.find("driver_opts"); all != nullptr)
      for (const char* key :
           {"com.docker.network.bridge.gateway_mode_ipv4", "com.docker.network.bridge.gateway_mode_ipv6"})
        if (const yaml::Node* mode = all->find(key); mode != nullptr && mode->text == "nat-unprotected")
          findings.no({"network " + network.key, deployment.place_of(*mode), "ports that are published one by one",
                       "nat-unprotected: every port is reachable from outside", "take it away", key});
    if (is_true(network.node.find("internal"))) continue;
    if (text_at(network.node, "driver") == "host") continue;  // rule host-namespaces finds it
    const yaml::Node* options = network.node.find("driver_opts");
    const yaml::Node* icc = options == nullptr ? nullptr : options->find("com.docker.network.bridge.enable_icc");
    if (is_unset(deployment, icc) || is_unset(deployment, network.node.find("internal"))) continue;
    if (!is_false(icc)) {
      Location at = network.implied ? place : network.place;
      if (icc != nullptr) at = deployment.place_of(*icc);
      else if (const yaml::Node* internal = network.node.find("internal"); internal != nullptr)
        at = deployment.place_of(*internal);
      findings.no({network.implied ? first->subject() : "network " + network.key, at,
                   "internal: true, or com.docker.network.bridge.enable_icc: \"false\"",
                   network.implied ? "it is in the network that every service is in that names none"
                                   : "it leads out, and its containers reach each other",
                   "make it internal, or switch icc off"});
    } else if (database != nullptr) {
      findings.no({database->subject(), database_place, "a database in internal networks alone",
                   "network " + quote(network.key) + " is not internal", "give it a network with internal: true",
                   network.key});
    }
  }
}

}  // namespace

const DeploymentRule& internal_networks() {
  static constexpr DeploymentRule rule{
      "deploy/internal-networks", "networks are internal, or keep their containers apart",
      "Of a compose project: a network that leads out needs com.docker.network.bridge.enable_icc false, all others "
      "internal: true; a "
      "database is in internal networks alone. Services that name no network are in one that leads out",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
