// Every namespace with workloads denies by default, both ways.
#include <algorithm>

#include "libsupply/verdict/deploy/internal/network_policy.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  const std::vector<NetworkPolicy> policies = policies_of(deployment);
  for (const auto& entry : by_namespace(deployment)) {
    const std::string& space = entry.first;  // clang 14 captures no structured binding
    const auto& workloads = entry.second;
    std::vector<std::string> missing;
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      const bool denied = std::any_of(policies.begin(), policies.end(), [&](const NetworkPolicy& policy) {
        if (policy.object().space != space || !policy.selects_all() || !policy.covers(direction)) return false;
        // A rule in it that lets all through is found by rule open-policies, where it is.
        return true;
      });
      if (!denied) missing.emplace_back(name_of(direction));
    }
    if (missing.empty()) continue;
    // Where a policy is about all pods, it is the one to mend.
    Location place = workloads.front()->place;
    // One without rules is meant as such, and one that is named for the direction.
    int best = -1;
    for (const NetworkPolicy& policy : policies) {
      const bool no_rules = policy.rules(Direction::ingress).empty() && policy.rules(Direction::egress).empty();
      if (policy.object().space != space || (!policy.selects_all() && !no_rules)) continue;
      const int fit = (no_rules ? 2 : 0) + (policy.object().name.find(missing.front()) != std::string::npos ? 1 : 0);
      if (fit <= best) continue;
      place = policy.object().place;
      best = fit;
    }
    findings.no({"namespace " + space, place, "a NetworkPolicy over all pods that denies ingress and egress",
                 "none denies " + join(missing, " and "),
                 "add one with podSelector: {} and policyTypes: [Ingress, Egress]"});
  }
}

}  // namespace

const DeploymentRule& default_deny() {
  static constexpr DeploymentRule rule{
      "deploy/default-deny", "every namespace with workloads denies traffic by default, both ways",
      "Without a policy that selects a pod, everything reaches it and it reaches everything. Counts: a NetworkPolicy "
      "with an empty "
      "podSelector that covers the direction; one policy for both ways, or two. What a rule in it lets through is rule "
      "open-policies's",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
