#include "libsupply/verdict/policy/rule.hpp"

#include <algorithm>
#include <tuple>

#include "libsupply/base/text/text.hpp"
#include "libsupply/base/text/wildcard.hpp"

namespace supply::policy {

namespace {

/// Whether an exception's text means the finding. In a pattern of package URLs `*` is any run of characters, as in the
/// rules about packages; in those of other findings (paths, labels, env/NAME, workloads) any run without '/', and `**`
/// any run.
bool is_finding(const std::string& id, const std::string& finding) {
  if (id == finding) return true;
  if (id.find('*') == std::string::npos) return false;
  return id.starts_with("pkg:") ? wildcard_match(id, finding) : glob_match(id, finding);
}

}  // namespace

std::string_view to_string(RuleStatus status) {
  switch (status) {
    case RuleStatus::undecided: return "undecided";
    case RuleStatus::denied: return "denied";
    case RuleStatus::warned: return "warned";
    case RuleStatus::excepted: return "excepted";
    case RuleStatus::satisfied: return "satisfied";
  }
  return "undecided";
}

bool operator==(const Exception& a, const Exception& b) {
  const auto texts = [](const Exception& one) {
    std::vector<std::string> all;
    for (const ImagePattern& each : one.patterns) all.push_back(each.to_string());
    return all;
  };
  return std::tie(a.rule, a.images, a.reason, a.owner, a.expires, a.findings, a.workloads, a.file) ==
             std::tie(b.rule, b.images, b.reason, b.owner, b.expires, b.findings, b.workloads, b.file) &&
         texts(a) == texts(b);
}

const RulePart* Asks::find(std::string_view rule) const {
  for (const AskedRule& each : rules)
    if (each.rule->id == rule) return each.part.get();
  return nullptr;
}

bool is_for(const Exception& exception, const Subject& subject) {
  if (!subject.workload.empty())
    return std::any_of(exception.workloads.begin(), exception.workloads.end(),
                       [&](const std::string& pattern) { return glob_match(pattern, subject.workload); });
  if (subject.digest &&
      std::find(exception.images.begin(), exception.images.end(), *subject.digest) != exception.images.end())
    return true;
  return std::any_of(exception.patterns.begin(), exception.patterns.end(), [&](const ImagePattern& pattern) {
    return std::any_of(subject.names.begin(), subject.names.end(),
                       [&](const oci::Reference& name) { return pattern.matches(name); });
  });
}

const Exception* exception_for(const Policy& policy, const Subject& subject, std::string_view rule,
                               const std::string& finding, const Asks* asks) {
  const Exception* best = nullptr;  // the one that lasts longest answers for it
  for (const Exception& each : policy.exceptions) {
    if (each.rule != rule || subject.now >= each.expires || !is_for(each, subject)) continue;
    if (asks != nullptr && asks->own_exceptions && each.file != asks->file) continue;
    if (!each.findings.empty() && std::none_of(each.findings.begin(), each.findings.end(),
                                               [&](const std::string& id) { return is_finding(id, finding); }))
      continue;
    if (best == nullptr || std::tie(best->expires, best->owner, best->reason, best->findings, best->file) <
                               std::tie(each.expires, each.owner, each.reason, each.findings, each.file))
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

Needs needs_of(const std::vector<const ImageRules*>& entries) {
  Needs needs;
  for (const ImageRules* entry : entries)
    for (const AskedRule& asked : entry->rules)
      if (asked.rule->needs != nullptr) asked.rule->needs(*asked.part, needs);
  return needs;
}

const Rule* find_rule(std::string_view id) {
  for (const Rule* rule : all_rules())
    if (rule->id == id) return rule;
  return nullptr;
}

}  // namespace supply::policy
