#include "libsupply/verdict/policy/rule.hpp"

#include <algorithm>
#include <tuple>

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

const Exception* exception_for(const Policy& policy, const Facts& facts, std::string_view rule,
                               const std::string& finding) {
  const auto has = [](const auto& all, const auto& one) { return std::find(all.begin(), all.end(), one) != all.end(); };
  const Exception* best = nullptr;  // the one that lasts longest answers for it
  for (const Exception& each : policy.exceptions) {
    if (each.rule != rule || facts.now >= each.expires || !has(each.images, facts.digest)) continue;
    if (!each.findings.empty() && !has(each.findings, finding)) continue;
    if (best == nullptr ||
        std::tie(best->expires, best->owner, best->reason) < std::tie(each.expires, each.owner, each.reason))
      best = &each;
  }
  return best;
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
