// No port of a database is published.
#include <algorithm>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

bool serves_database(const Deployment& deployment, const Object& service, const yaml::Node& spec) {
  if (const yaml::Node* ports = spec.find("ports"); ports != nullptr)
    for (const yaml::Node& port : ports->items)
      for (const char* key : {"port", "targetPort"})
        if (const yaml::Node* number = port.find(key); number != nullptr && number->whole()) {
          const auto value = static_cast<std::uint32_t>(std::clamp<std::int64_t>(*number->whole(), 0, 65535));
          if (is_database_port(value, value)) return true;
        }
  const yaml::Node* selector = spec.find("selector");
  if (selector == nullptr || selector->members.empty()) return false;
  for (const Workload& workload : deployment.workloads)
    if (workload.space == service.space && selects(selector, workload.labels))
      for (const Container& container : workload.containers)
        if (container.role == Role::main && is_database_image(container.image.value)) return true;
  return false;
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  for (const Workload& workload : deployment.workloads)
    for (const Container& container : workload.containers)
      for (const PublishedPort& port : container.ports) {
        const bool loopback = port.host_ip.starts_with("127.") || port.host_ip == "::1" || port.host_ip == "localhost";
        if ((loopback && workload.form != Workload::Form::kubernetes) || !port.unset.empty()) continue;
        if (workload.form == Workload::Form::kubernetes) {
          findings.no({workload.subject(container), port.place, "no port on the node", "hostPort " + port.published,
                       "use a service"});
        } else if (is_database_port(port.first, port.last) || is_database_image(container.image.value)) {
          findings.no({workload.subject(container), port.place, "no published port of a database",
                       "port " + std::to_string(port.first) +
                           (port.last != port.first ? "-" + std::to_string(port.last) : "") + " is published",
                       "take it away: services of the project reach it by their network", std::to_string(port.first)});
        }
      }
  for (const Object* service : objects_of(deployment, "", "Service")) {
    const yaml::Node* spec = service->node.find("spec");
    if (spec == nullptr) continue;
    const std::string type = text_at(*spec, "type");
    const std::string subject = "Service " + service->space + "/" + service->name;
    if (const yaml::Member* addresses = spec->member("externalIPs");
        addresses != nullptr && !addresses->value.items.empty()) {
      findings.no({subject, deployment.place_of(*addresses), "no externalIPs",
                   "who may write it can take the traffic of an address (CVE-2020-8554)", "use a LoadBalancer"});
      continue;
    }
    if (type != "NodePort" && type != "LoadBalancer") continue;
    if (!serves_database(deployment, *service, *spec)) continue;
    findings.no({subject, deployment.place_of(*spec->find("type")), "no published port of a database", type,
                 "use a service of type ClusterIP"});
  }
}

}  // namespace

const DeploymentRule& published_ports() {
  static constexpr DeploymentRule rule{
      "deploy/published-ports", "no port of a database is published",
      "What only the project's own services ask needs no port on the host. Counts: ports by their number in the "
      "container or by the image; hostPort of a pod; services of type NodePort and LoadBalancer. An address of the "
      "loopback interface is fine for compose. externalIPs of any service are found",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
