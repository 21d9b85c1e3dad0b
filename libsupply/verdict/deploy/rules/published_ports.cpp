// No port of a database is published.
#include <algorithm>
#include <array>

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

// Brokers and registries of services: like databases, only the project's own services ask them.
bool is_broker(std::string_view reference, std::uint32_t first, std::uint32_t last) {
  static constexpr std::array<std::string_view, 9> kNames{"rabbitmq", "kafka",    "zookeeper", "nats",  "activemq",
                                                          "artemis",  "redpanda", "pulsar",    "consul"};
  static constexpr std::array<std::uint32_t, 9> kPorts{2181, 4222, 4369, 5671, 5672, 9092, 15672, 25672, 61616};
  const std::string name = image_name(reference);
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         std::any_of(kPorts.begin(), kPorts.end(), [&](std::uint32_t port) { return port >= first && port <= last; });
}

// A way into the container for somebody at a keyboard: telnet, SSH, RDP, VNC, debuggers of Java and Node.js. A server
// of git repositories is asked by SSH.
std::string way_in(std::string_view reference, std::uint32_t first, std::uint32_t last) {
  static constexpr std::array<std::pair<std::uint32_t, std::string_view>, 6> kWays{{{22, "SSH"},
                                                                                    {23, "telnet"},
                                                                                    {3389, "RDP"},
                                                                                    {5005, "Java's debugger"},
                                                                                    {5900, "VNC"},
                                                                                    {9229, "Node.js's debugger"}}};
  if (first == 0 || first != last || image_name(reference).find("git") != std::string::npos) return "";
  const auto found = std::find_if(kWays.begin(), kWays.end(), [&](const auto& one) { return one.first == first; });
  return found == kWays.end() ? "" : std::string(found->second);
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
        } else if (is_database_port(port.first, port.last) || is_database_image(container.image.value) ||
                   is_broker(container.image.value, port.first, port.last)) {
          findings.no({workload.subject(container), port.place, "no published port of a database or broker",
                       "port " + std::to_string(port.first) +
                           (port.last != port.first ? "-" + std::to_string(port.last) : "") + " is published",
                       "take it away: services of the project reach it by their network", std::to_string(port.first)});
        } else if (const std::string way = way_in(container.image.value, port.first, port.last); !way.empty()) {
          findings.no({workload.subject(container), port.place, "no way in for somebody at a keyboard",
                       "port " + std::to_string(port.first) + " is published: " + way, "take it away",
                       std::to_string(port.first)});
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
    // A port of every node goes past the Ingress, and past its TLS.
    if (type == "NodePort" && !serves_database(deployment, *service, *spec)) {
      findings.no({subject, deployment.place_of(*spec->find("type")), "no port on the nodes", type,
                   "use a service of type ClusterIP, and an Ingress or a Gateway"});
      continue;
    }
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
      "container or by the image, also of message brokers; hostPort of a pod; services of type NodePort, and a "
      "database's of type LoadBalancer; SSH, telnet, RDP, VNC and debuggers. An address of the loopback interface is "
      "fine for compose. externalIPs of any "
      "service are found",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
