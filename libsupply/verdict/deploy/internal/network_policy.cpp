#include "libsupply/verdict/deploy/internal/network_policy.hpp"

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
  return peers(rule, direction).empty() && items_of(rule.find("ports")).empty();
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

std::vector<NetworkPolicy> policies_of(const Deployment& deployment) {
  std::vector<NetworkPolicy> all;
  for (const Object* object : objects_of(deployment, "networking.k8s.io", "NetworkPolicy")) all.emplace_back(*object);
  return all;
}

}  // namespace supply::deploy
