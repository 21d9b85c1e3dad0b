#include "libsupply/verdict/deploy/internal/network_policy.hpp"

#include <algorithm>

namespace supply::deploy {

using yaml::Node;

namespace {

const std::vector<Node>& items_of(const Node* node) {
  static const std::vector<Node> none;
  return node == nullptr ? none : node->items;
}

}  // namespace

bool NetworkPolicy::covers(Direction direction) const {
  if (spec_ == nullptr) return false;
  const Node* types = spec_->find("policyTypes");
  if (types == nullptr || types->items.empty())
    return direction == Direction::ingress || !items_of(spec_->find("egress")).empty();
  for (const Node& type : types->items)
    if (to_lower(type.text) == name_of(direction)) return true;
  return false;
}

const std::vector<Node>& NetworkPolicy::rules(Direction direction) const {
  return items_of(spec_ == nullptr ? nullptr : spec_->find(name_of(direction)));
}

const std::vector<Node>& NetworkPolicy::peers(const Node& rule, Direction direction) {
  return items_of(rule.find(direction == Direction::ingress ? "from" : "to"));
}

bool NetworkPolicy::lets_all_through(const Node& rule, Direction direction) {
  const std::vector<Node>& ports = items_of(rule.find("ports"));
  const auto number = [](const Node& port, const char* key) {
    const Node* found = port.find(key);
    return found == nullptr ? std::int64_t{0} : found->whole().value_or(0);
  };
  return peers(rule, direction).empty() &&
         (ports.empty() || std::any_of(ports.begin(), ports.end(), [&](const Node& port) {
            return port.find("port") == nullptr || (number(port, "port") == 1 && number(port, "endPort") == 65535);
          }));
}

bool NetworkPolicy::names_nobody(const Node& peer,
                                 const std::map<std::string, std::vector<const Workload*>>& by_namespace) const {
  const Node *spaces = peer.find("namespaceSelector"), *pods = peer.find("podSelector");
  if (peer.find("ipBlock") != nullptr || is_empty_selector(pods)) return false;
  std::string space = object_.space;
  if (spaces != nullptr && !spaces->is_null()) {
    const Node* name = node_at(*spaces, "matchLabels");
    name = name == nullptr ? nullptr : name->find("kubernetes.io/metadata.name");
    if (name == nullptr) return false;
    space = name->text;
  }
  // The pods of a gateway are made by its controller. Source: Gateway API, GEP-1762.
  if (pods->find("matchLabels") != nullptr &&
      pods->find("matchLabels")->find("gateway.networking.k8s.io/gateway-name") != nullptr)
    return false;
  const auto here = by_namespace.find(space);
  return here != by_namespace.end() &&
         std::none_of(here->second.begin(), here->second.end(),
                      [&](const Workload* workload) { return deploy::selects(pods, workload->labels); });
}

bool NetworkPolicy::is_peer(const Node& peer, const std::string& space, const Workload& workload,
                            const Deployment& deployment) {
  if (peer.find("ipBlock") != nullptr) return false;
  const Node* spaces = peer.find("namespaceSelector");
  if (spaces == nullptr || (spaces->is_null())) {
    if (workload.space != space) return false;
  } else if (!deploy::selects(spaces, labels_of_namespace(deployment, workload.space))) {
    return false;
  }
  const Node* pods = peer.find("podSelector");
  return pods == nullptr || deploy::selects(pods, workload.labels);
}

bool selects_all_but_some(const Node* pods) {
  if (pods == nullptr) return false;
  const Node *labels = pods->find("matchLabels"), *expressions = pods->find("matchExpressions");
  return (labels == nullptr || labels->members.empty()) && expressions != nullptr && !expressions->items.empty() &&
         std::all_of(expressions->items.begin(), expressions->items.end(), [](const Node& one) {
           const std::string how = text_at(one, "operator");
           return how == "NotIn" || how == "DoesNotExist" || how == "Exists";
         });
}

std::vector<NetworkPolicy> policies_of(const Deployment& deployment) {
  std::vector<NetworkPolicy> all;
  for (const Object* object : objects_of(deployment, "networking.k8s.io", "NetworkPolicy")) all.emplace_back(*object);
  return all;
}

}  // namespace supply::deploy
