// What one side lets through, the other does too.
#include <algorithm>

#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/verdict/deploy/internal/address_blocks.hpp"
#include "libsupply/verdict/deploy/internal/network_policy.hpp"

namespace supply::deploy::rules {

using yaml::Node;

namespace {

struct Flows {
  const Deployment& deployment;
  std::vector<NetworkPolicy> policies;
  std::size_t steps = 0;  ///< a pair of workloads, or a policy tried on one

  bool may_step(std::size_t more) {
    steps += more;
    return steps <= kMaxFlowSteps;
  }

  bool isolates(const Workload& workload, Direction direction) const {
    return std::any_of(policies.begin(), policies.end(), [&](const NetworkPolicy& policy) {
      return policy.covers(direction) && policy.selects(workload);
    });
  }

  static bool share_a_port(const Node& one, const Node& other) {
    const Node *a = one.find("ports"), *b = other.find("ports");
    if (a == nullptr || b == nullptr || a->items.empty() || b->items.empty()) return true;
    for (const Node& x : a->items)
      for (const Node& y : b->items) {
        const std::string p = text_at(x, "port"), q = text_at(y, "port");
        const bool range = x.find("endPort") != nullptr || y.find("endPort") != nullptr;
        const auto is_number = [](const std::string& t) {
          return !t.empty() && t.find_first_not_of("0123456789") == std::string::npos;
        };
        if (p == q || p.empty() || q.empty() || range || is_number(p) != is_number(q)) return true;
      }
    return false;
  }

  // Whether `of` may talk with `other`, in that direction, by some rule that shares a port with `rule`.
  bool allows(const Workload& of, const Workload& other, Direction direction, const Node& rule) const {
    for (const NetworkPolicy& policy : policies) {
      if (!policy.covers(direction) || !policy.selects(of)) continue;
      for (const Node& each : policy.rules(direction)) {
        const std::vector<Node>& peers = NetworkPolicy::peers(each, direction);
        std::vector<const Node*> blocks;  // whatever they except: who is meant is not said
        for (const Node& one : peers)
          if (const Node* block = one.find("ipBlock"); block != nullptr && block->find("cidr") != nullptr)
            blocks.push_back(block->find("cidr"));
        const bool peer = peers.empty() || covers_all(blocks) != nullptr ||
                          std::any_of(peers.begin(), peers.end(), [&](const Node& one) {
                            return NetworkPolicy::is_peer(one, policy.object().space, other, deployment);
                          });
        if (peer && share_a_port(each, rule)) return true;
      }
    }
    return false;
  }
};

// Of the flows that a policy lets through in that direction. False: there are more than may be compared.
bool compare(Flows& flows, const std::set<std::string>& lost, const NetworkPolicy& policy, Direction direction,
             Findings& findings) {
  const Deployment& deployment = flows.deployment;
  const Direction back = direction == Direction::ingress ? Direction::egress : Direction::ingress;
  for (const Node& rule : policy.rules(direction))
    for (const Node& peer : NetworkPolicy::peers(rule, direction)) {
      if (is_empty_selector(peer.find("podSelector"))) continue;  // who is meant is not said
      if (!flows.may_step(deployment.workloads.size())) return false;
      for (const Workload& of : deployment.workloads) {
        if (!policy.selects(of)) continue;
        if (!flows.may_step(deployment.workloads.size())) return false;
        for (const Workload& other : deployment.workloads) {
          if (&of == &other || lost.count(other.space) != 0 || other.form != Workload::Form::kubernetes ||
              !NetworkPolicy::is_peer(peer, policy.object().space, other, deployment))
            continue;
          if (!flows.may_step(2 * flows.policies.size())) return false;
          if (!flows.isolates(other, back) || flows.allows(other, of, back, rule)) continue;
          findings.warn({policy.subject(), deployment.place_of(peer), "a flow that both sides let through",
                         std::string(name_of(direction)) + (direction == Direction::ingress ? " from " : " to ") +
                             other.subject() + ", which no policy lets " + (back == Direction::egress ? "out" : "in"),
                         "let it through on both sides, or on none", other.subject()});
        }
      }
    }
  return true;
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  Flows flows{deployment, policies_of(deployment)};
  // Where a policy selects nothing, rule open-policies says so: what it would have let through is not said again.
  std::set<std::string> lost;
  for (const NetworkPolicy& policy : flows.policies)
    if (!policy.selects_all() && std::none_of(deployment.workloads.begin(), deployment.workloads.end(),
                                              [&](const Workload& each) { return policy.selects(each); }))
      lost.insert(policy.object().space);
  for (const NetworkPolicy& policy : flows.policies)
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      if (!policy.covers(direction)) continue;
      if (compare(flows, lost, policy, direction, findings)) continue;
      return findings.warn({policy.subject(), policy.object().place, "flows that both sides let through",
                            "more workloads and policies than are compared (" + std::to_string(kMaxFlowSteps) +
                                " steps): flows of this policy and of those after it were not",
                            "judge fewer namespaces at once", "not-compared"});
    }
}

}  // namespace

const DeploymentRule& one_sided_flows() {
  static constexpr DeploymentRule rule{"deploy/one-sided-flows",
                                       "a flow that one side lets through is let through by the other",
                                       "A warning: ingress from a pod whose own policies let nothing out to there, or "
                                       "the other way, is either a fault or left over",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
