// Services of a mesh speak mutual TLS alone.
#include "libsupply/verdict/deploy/internal/mesh.hpp"

namespace supply::deploy::rules {

using yaml::Node;

namespace {

// Whether the host of a DestinationRule is a service that is in the files: by its name, or its name with its namespace.
bool is_service_of_the_files(const Deployment& deployment, const Object& rule) {
  const Node* host = node_at(rule.node, "spec.host");
  if (host == nullptr) return false;
  for (const Object* service : objects_of(deployment, "", "Service")) {
    const std::string whole = service->name + "." + service->space;
    if (host->text.starts_with('*') && (whole + ".svc.cluster.local").ends_with(host->text.substr(1))) return true;
    if ((host->text == service->name && service->space == rule.space) || host->text == whole ||
        host->text.starts_with(whole + ".svc"))
      return true;
  }
  return false;
}

// What a pod says that keeps traffic, or all of it, away from its sidecar. Source: Istio, resource annotations.
template <class No>
void around_the_sidecar(const Workload& workload, bool is_ambient, const No& no) {
  for (const auto& [values, places] : {std::pair{&workload.labels, &workload.label_places},
                                       std::pair{&workload.annotations, &workload.annotation_places}}) {
    const auto look = [&, values = values, places = places](const std::string& key, auto is_fault) {
      const auto found = values->find(key);
      if (found == values->end() || !is_fault(found->second)) return;
      const auto place = places->find(key);
      no(workload.subject(), place == places->end() ? workload.place : place->second,
         key + ": " + found->second + ", so no mutual TLS", "take it away", key);
    };
    look("sidecar.istio.io/inject", [](const std::string& value) { return value == "false"; });
    look("istio.io/dataplane-mode", [&](const std::string& value) { return value == "none" && is_ambient; });
    look("sidecar.istio.io/interceptionMode", [](const std::string& value) { return value == "NONE"; });
    for (const char* key :
         {"excludeInboundPorts", "excludeOutboundPorts", "excludeOutboundIPRanges", "excludeInterfaces"})
      look(std::string("traffic.sidecar.istio.io/") + key, [](const std::string& value) { return !value.empty(); });
    for (const char* key : {"includeInboundPorts", "includeOutboundIPRanges"})
      look(std::string("traffic.sidecar.istio.io/") + key, [](const std::string& value) { return value != "*"; });
  }
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  if (!has_mesh(deployment)) return;
  const auto all = objects_of(deployment, kIstioSecurity, "PeerAuthentication");
  const auto no = [&](const std::string& subject, const Location& place, std::string found, std::string remedy,
                      std::string id = "") {
    findings.no({subject, place, "mutual TLS, mode STRICT", std::move(found), std::move(remedy), std::move(id)});
  };
  std::set<std::string> strict, said;
  std::map<std::string, Location> unsaid;  // a policy over all of a namespace that says no mode, or the one over some
  std::map<std::string, std::size_t> count;
  for (const Object* object : all) ++count[object->space];
  for (const Object* object : all) {
    const std::string subject = "PeerAuthentication " + object->space + "/" + object->name;
    const Node* mode = node_at(object->node, "spec.mtls.mode");
    const bool inherits = mode == nullptr || mode->text == "UNSET";
    const bool whole = is_empty_selector(node_at(object->node, "spec.selector"));
    if (mode != nullptr && mode->text == "STRICT") {
      if (whole) strict.insert(object->space);
    } else if (!inherits) {
      no(subject, deployment.place_of(*mode), "mode " + mode->text, "set it to STRICT");
      if (whole) said.insert(object->space);
    } else if (whole) {
      unsaid.emplace(object->space, mode == nullptr ? object->place : deployment.place_of(*mode));
    }
    if (!whole && count[object->space] == 1) unsaid.emplace(object->space, object->place);
    if (!whole) {
      const auto spaces = by_namespace(deployment);
      const auto here = spaces.find(object->space);
      const Node* selector = node_at(object->node, "spec.selector");
      if (here != spaces.end() && std::none_of(here->second.begin(), here->second.end(), [&](const Workload* workload) {
            return selects(selector, workload->labels);
          }))
        no(subject, deployment.place_of(*unfulfilled(*selector, here->second)), "it selects no pod of the files",
           "mend its labels", "selector");
    }
    if (const Node* ports = node_at(object->node, "spec.portLevelMtls"); ports != nullptr)
      for (const yaml::Member& port : ports->members)
        // A level that is not set is the policy's own.
        if (const Node* level = port.value.find("mode");
            level != nullptr && level->text != "STRICT" && level->text != "UNSET")
          no(subject, deployment.place_of(*level), "port " + port.key + ": mode " + level->text, "set it to STRICT",
             port.key);
  }
  for (const auto& [space, workloads] : by_namespace(deployment)) {
    if (strict.count(space) != 0 || strict.count("istio-system") != 0 || said.count(space) != 0 ||
        said.count("istio-system") != 0)
      continue;
    const auto silent = unsaid.find(space);
    no("namespace " + space, silent == unsaid.end() ? workloads.front()->place : silent->second,
       "no PeerAuthentication over all of it says STRICT", "add one");
  }
  for (const Object* rule : objects_of(deployment, kIstioNetworking, "DestinationRule")) {
    const std::string subject = "DestinationRule " + rule->space + "/" + rule->name;
    const bool inside = is_service_of_the_files(deployment, *rule);
    const auto look = [&](const Node* policy) {
      if (policy == nullptr) return;
      if (const Node* mode = node_at(*policy, "tls.mode");
          mode != nullptr && (mode->text == "DISABLE" || (mode->text == "SIMPLE" && inside)))
        no(subject, deployment.place_of(*mode), "mode " + mode->text, "take it away, or set ISTIO_MUTUAL");
      if (const Node* ports = policy->find("portLevelSettings"); ports != nullptr)
        for (const Node& port : ports->items)
          if (const Node* mode = node_at(port, "tls.mode");
              mode != nullptr && (mode->text == "DISABLE" || (mode->text == "SIMPLE" && inside)))
            no(subject, deployment.place_of(*mode), "mode " + mode->text + " of a port",
               "take it away, or set ISTIO_MUTUAL");
    };
    look(node_at(rule->node, "spec.trafficPolicy"));
    if (const Node* subsets = node_at(rule->node, "spec.subsets"); subsets != nullptr)
      for (const Node& subset : subsets->items) look(subset.find("trafficPolicy"));
  }
  for (const Workload& workload : deployment.workloads)
    if (workload.form == Workload::Form::kubernetes) {
      const auto labels = labels_of_namespace(deployment, workload.space);
      const auto mode = labels.find("istio.io/dataplane-mode");
      around_the_sidecar(workload, mode != labels.end() && mode->second == "ambient", no);
    }
  const auto spaces = by_namespace(deployment);
  const auto has_sidecars = [&](const Object& space) {
    const Node* labels = node_at(space.node, "metadata.labels");
    return labels != nullptr &&
           (labels->find("istio-injection") != nullptr || labels->find("istio.io/rev") != nullptr ||
            text_at(*labels, "istio.io/dataplane-mode") == "ambient");
  };
  const auto all_spaces = objects_of(deployment, "", "Namespace");
  const bool is_labelled =
      std::any_of(all_spaces.begin(), all_spaces.end(), [&](const Object* one) { return has_sidecars(*one); });
  for (const Object* space : all_spaces) {
    if (const auto here = spaces.find(space->name);
        is_labelled && here != spaces.end() && !has_sidecars(*space) &&
        std::any_of(here->second.begin(), here->second.end(), [](auto* one) {
          return one->labels.count("sidecar.istio.io/inject") == 0 &&
                 one->annotations.count("sidecar.istio.io/inject") == 0;
        }))
      no("namespace " + space->name, space->place,
         "no label asks for sidecars, as that of another namespace does, so no mutual TLS",
         "label it istio-injection: enabled", "injection");
    const Node* labels = node_at(space->node, "metadata.labels");
    const yaml::Member* injection = labels == nullptr ? nullptr : labels->member("istio-injection");
    if (injection != nullptr && injection->value.text == "disabled" && spaces.count(space->name) != 0 &&
        text_at(*labels, "istio.io/dataplane-mode") != "ambient")
      no("namespace " + space->name, deployment.place_of(*injection), "istio-injection: disabled, so no mutual TLS",
         "set it to enabled", "injection");
  }
}

}  // namespace

const DeploymentRule& mutual_tls() {
  static constexpr DeploymentRule rule{
      "deploy/mutual-tls", "services of a mesh speak mutual TLS alone",
      "Where the files have objects of Istio: a PeerAuthentication over all of each namespace with workloads (or of "
      "istio-system) says STRICT; "
      "no port level and no selected pod says less; no DestinationRule and no pod switches it off",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
