#include "libsupply/verdict/policy/rule.hpp"

#include <algorithm>

namespace supply::policy {

std::string_view to_string(RuleStatus status) {
  switch (status) {
    case RuleStatus::undecided: return "undecided";
    case RuleStatus::denied: return "denied";
    case RuleStatus::excepted: return "excepted";
    case RuleStatus::satisfied: return "satisfied";
  }
  return "undecided";
}

std::vector<const ImageRules*> applying(const Policy& policy, const std::vector<oci::Reference>& names) {
  std::vector<const ImageRules*> entries;
  for (const ImageRules& rules : policy.images)
    if (std::any_of(rules.match.begin(), rules.match.end(), [&](const ImagePattern& pattern) {
          return std::any_of(names.begin(), names.end(),
                             [&](const oci::Reference& name) { return pattern.matches(name); });
        }))
      entries.push_back(&rules);
  return entries;
}

const Rule* find_rule(std::string_view id) {
  for (const Rule* rule : all_rules())
    if (rule->id == id) return rule;
  return nullptr;
}

}  // namespace supply::policy
