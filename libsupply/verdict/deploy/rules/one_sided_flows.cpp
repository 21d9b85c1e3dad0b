// What one side lets through, the other does too.
#include <algorithm>
#include <map>

#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/deploy/internal/address_blocks.hpp"
#include "libsupply/verdict/deploy/internal/network_policy.hpp"
#include "libsupply/verdict/deploy/internal/policy_namespaces.hpp"

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

  static std::string protocol_of(const Node& port) {
    const std::string protocol = text_at(port, "protocol");
    return protocol.empty() ? "TCP" : protocol;
  }

  // The number of a port that the pod which is asked has by that name; else as it is written.
  static std::string number_of(const std::string& port, const Workload& asked) {
    for (const Container& container : asked.containers)
      for (std::size_t i = 0; i + 1 < container.listens.size(); ++i)
        if (container.listens[i + 1] == port && is_digits(container.listens[i])) return container.listens[i];
    return port;
  }

  static bool share_a_port(const Node& one, const Node& other, const Workload& asked) {
    const Node *a = one.find("ports"), *b = other.find("ports");
    if (a == nullptr || b == nullptr || a->items.empty() || b->items.empty()) return true;
    for (const Node& x : a->items)
      for (const Node& y : b->items) {
        if (protocol_of(x) != protocol_of(y)) continue;
        const std::string p = number_of(text_at(x, "port"), asked), q = number_of(text_at(y, "port"), asked);
        const bool range = x.find("endPort") != nullptr || y.find("endPort") != nullptr;
        if (p == q || p.empty() || q.empty() || range || is_digits(p) != is_digits(q)) return true;
      }
    return false;
  }

  // Whether `of` may talk with `other`, in that direction, by some rule that shares a port with `rule`.
  bool allows(const Workload& of, const Workload& other, Direction direction, const Node& rule) const {
    for (const NetworkPolicy& policy : policies) {
      if (!policy.covers(direction) || !policy.selects(of)) continue;
      for (const Node& each : policy.rules(direction)) {
        const std::vector<Node>& peers = NetworkPolicy::peers(each, direction);
        // Of a block it is not said which pods are in it: those of a cluster are where addresses are not public.
        const bool peer = peers.empty() || std::any_of(peers.begin(), peers.end(), [&](const Node& one) {
                            const Node* block = node_at(one, "ipBlock.cidr");
                            return (block != nullptr && touches_private(block->text)) ||
                                   NetworkPolicy::is_peer(one, policy.object().space, other, deployment);
                          });
        // Of a rule for what goes out, `other` is asked.
        if (peer && share_a_port(each, rule, direction == Direction::egress ? other : of)) return true;
      }
    }
    return false;
  }
};

// A flow that a rule of `policy` lets through, and nothing on its other side.
struct OneSided {
  const Workload *of, *other;
  const NetworkPolicy* policy;
  Direction direction;
  const Node *rule, *peer;
  using Pair = std::pair<const Workload*, const Workload*>;
  /// Who asks, and who answers.
  Pair pair() const { return direction == Direction::ingress ? Pair{other, of} : Pair{of, other}; }
};

// Of the flows that a policy lets through in that direction. False: there are more than may be compared.
bool compare(Flows& flows, const std::set<std::string>& lost, const NetworkPolicy& policy, Direction direction,
             std::vector<OneSided>& found) {
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
          found.push_back({&of, &other, &policy, direction, &rule, &peer});
        }
      }
    }
  return true;
}

// Whether a pod listens on a port of the rule; where it does not say where it listens, it may.
bool is_answered(const Workload& workload, const Node& rule) {
  std::set<std::string> listens;
  for (const Container& container : workload.containers)
    listens.insert(container.listens.begin(), container.listens.end());
  const Node* ports = rule.find("ports");
  return listens.empty() || ports == nullptr ||
         std::any_of(ports->items.begin(), ports->items.end(),
                     [&](const Node& port) { return listens.count(text_at(port, "port")) != 0; });
}

// Both sides of one flow name each other and different ports: one of them is wrong, that for which nobody listens.
void drop_what_is_said_twice(std::vector<OneSided>& found) {
  std::map<OneSided::Pair, const Node*> in, out;
  for (const OneSided& one : found) (one.direction == Direction::ingress ? in : out).emplace(one.pair(), one.rule);
  std::erase_if(found, [&](const OneSided& one) {
    const auto asked = out.find(one.pair()), answered = in.find(one.pair());
    if (asked == out.end() || answered == in.end()) return false;
    const Workload& server = *one.pair().second;
    const bool ingress_is_wrong = !is_answered(server, *answered->second) && is_answered(server, *asked->second);
    return (one.direction == Direction::ingress) != ingress_is_wrong;
  });
}

// Whether rule policy-namespaces finds the peer's namespace.
bool is_misspelt(const Node& peer, const std::set<std::string>& known) {
  const Node* labels = node_at(peer, "namespaceSelector.matchLabels");
  return labels != nullptr && !nearly(text_at(*labels, "kubernetes.io/metadata.name"), known).empty();
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  Flows flows{deployment, policies_of(deployment)};
  // Where a policy or a peer selects nothing, rule open-policies says so: what it would have let through is not said
  // again.
  const auto spaces = by_namespace(deployment);
  const std::set<std::string> known = known_namespaces(deployment);
  std::set<std::string> lost;
  for (const NetworkPolicy& policy : flows.policies) {
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      if (policy.has_idle_rules(direction)) lost.insert(policy.object().space);
      for (const Node& rule : policy.rules(direction))
        for (const Node& peer : NetworkPolicy::peers(rule, direction))
          if (policy.names_nobody(peer, spaces) || is_misspelt(peer, known) ||
              (direction == Direction::ingress && peer.find("namespaceSelector") == nullptr &&
               peer.find("ipBlock") == nullptr &&
               (is_empty_selector(peer.find("podSelector")) || selects_all_but_some(peer.find("podSelector")))))
            lost.insert(policy.object().space);
    }
    if (!policy.selects_all() && std::none_of(deployment.workloads.begin(), deployment.workloads.end(),
                                              [&](const Workload& each) { return policy.selects(each); }))
      lost.insert(policy.object().space);
  }
  std::vector<OneSided> found;
  bool all = true;
  for (const NetworkPolicy& policy : flows.policies)
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      if (!all || !policy.covers(direction)) continue;
      all = compare(flows, lost, policy, direction, found);
      if (!all)
        findings.warn({policy.subject(), policy.object().place, "flows that both sides let through",
                       "more workloads and policies than are compared (" + std::to_string(kMaxFlowSteps) +
                           " steps): flows of this policy and of those after it were not",
                       "judge fewer namespaces at once", "not-compared"});
    }
  drop_what_is_said_twice(found);
  for (const OneSided& one : found) {
    const bool in = one.direction == Direction::ingress;
    findings.warn({one.policy->subject(), deployment.place_of(*one.peer), "a flow that both sides let through",
                   std::string(name_of(one.direction)) + (in ? " from " : " to ") + one.other->subject() +
                       ", which no policy lets " + (in ? "out" : "in"),
                   "let it through on both sides, or on none", one.other->subject()});
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
