// NetworkPolicies as what they let through. For the .cpp files of this room. Source: Kubernetes API,
// networking.k8s.io/v1.
#pragma once

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy {

enum class Direction { ingress, egress };
constexpr std::string_view name_of(Direction direction) {
  return direction == Direction::ingress ? "ingress" : "egress";
}

class NetworkPolicy {
 public:
  explicit NetworkPolicy(const Object& object) : object_(object), spec_(object.node.find("spec")) {}

  const Object& object() const { return object_; }
  std::string subject() const { return "NetworkPolicy " + object_.space + "/" + object_.name; }
  const yaml::Node* selector() const { return spec_ == nullptr ? nullptr : spec_->find("podSelector"); }
  bool selects_all() const { return is_empty_selector(selector()); }
  bool selects(const Workload& workload) const {
    return workload.space == object_.space && deploy::selects(selector(), workload.labels);
  }
  /// Whether it isolates what it selects in that direction.
  bool covers(Direction direction) const;
  /// Whether it has rules for a direction that its policyTypes do not name.
  bool has_idle_rules(Direction direction) const { return !covers(direction) && !rules(direction).empty(); }
  /// The rules, which let through.
  const std::vector<yaml::Node>& rules(Direction direction) const;
  /// Whether a rule lets everything through: no peers, and no ports or every one.
  static bool lets_all_through(const yaml::Node& rule, Direction direction);
  static const std::vector<yaml::Node>& peers(const yaml::Node& rule, Direction direction);
  /// Whether a peer selects no pod in a namespace of the files that it names, or the policy's own. Other labels of a
  /// namespace may be those of one elsewhere.
  bool names_nobody(const yaml::Node& peer,
                    const std::map<std::string, std::vector<const Workload*>>& by_namespace) const;
  /// Whether a peer of a policy in `space` is that workload.
  static bool is_peer(const yaml::Node& peer, const std::string& space, const Workload& workload,
                      const Deployment& deployment);

 private:
  const Object& object_;
  const yaml::Node* spec_;
};

/// Whether a selector of pods names none but those that it leaves out (NotIn, DoesNotExist), or any with a label.
bool selects_all_but_some(const yaml::Node* pods);

std::vector<NetworkPolicy> policies_of(const Deployment& deployment);

}  // namespace supply::deploy
