#include "libsupply/verdict/gate/decide.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace supply::gate {

namespace {

using policy::Exception;
using policy::RuleStatus;

bool is_for(const Exception& exception, const policy::Facts& facts) {
  return std::find(exception.images.begin(), exception.images.end(), facts.digest) != exception.images.end();
}

RuleOutcome no_entry(const policy::Facts& facts, const policy::Policy& policy) {
  RuleOutcome outcome{"images", "the policy speaks of the image", "", RuleStatus::denied, {}, {}, 0};
  outcome.findings.push_back(
      {.rule = "images",
       .severity = Severity::error,
       .subject = facts.digest.to_string(),
       .place = {.uri = facts.reference.to_string(), .line = 0},
       .expected = "an entry under images whose match names the image",
       .found = fmt::format("none of {} entries matches {}", policy.images.size(), facts.reference.name()),
       .evidence = policy.digest.to_string(),
       .remedy = fmt::format("add an entry with match: [\"{}\"] to {}", facts.reference.name(), policy.name)});
  return outcome;
}

/// Covers what denies, finding by finding: one that no exception covers keeps the rule's denial.
void except(RuleOutcome& outcome, const policy::Ruling& ruling, const policy::Facts& facts, const policy::Policy& policy) {
  bool all = true;
  for (const std::string& finding : ruling.denied) {
    const Exception* best = policy::exception_for(policy, facts, outcome.rule, finding);
    if (best == nullptr) {
      all = false;
      continue;
    }
    auto at = std::find_if(outcome.excused.begin(), outcome.excused.end(),
                           [&](const Excused& each) { return each.exception == *best; });
    if (at == outcome.excused.end()) at = outcome.excused.insert(at, {*best, {}});
    at->findings.push_back(finding);
  }
  // What could not be found out is nobody's to excuse.
  if (all && !ruling.denied.empty())
    outcome.status = ruling.undecided_too ? RuleStatus::undecided : RuleStatus::excepted;
}

RuleOutcome judge(const policy::Rule& rule, const policy::ImageRules& rules, const policy::Facts& facts,
              const policy::Policy& policy) {
  policy::Ruling ruling = rule.judge(facts, policy, rules);
  sort_findings(ruling.findings);
  std::vector<std::string_view> patterns;
  for (const policy::ImagePattern& pattern : rules.match) patterns.push_back(pattern.to_string());
  RuleOutcome outcome{std::string(rule.id), std::string(rule.title),    fmt::format("{}", fmt::join(patterns, ", ")),
                  ruling.status,        std::move(ruling.findings), {},
                  ruling.build_level};
  if (outcome.status == RuleStatus::denied) except(outcome, ruling, facts, policy);
  return outcome;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::undecided: return "undecided";
    case Verdict::allow: return "allow";
    case Verdict::deny: return "deny";
  }
  return "undecided";
}

const Exception* RuleOutcome::exception_for(const Finding& finding) const {
  if (finding.severity != Severity::error) return nullptr;
  for (const Excused& each : excused)
    if (std::find(each.findings.begin(), each.findings.end(), finding.id) != each.findings.end())
      return &each.exception;
  return nullptr;
}

Decision decide(const policy::Facts& facts, const policy::Policy& policy) {
  Decision decision;
  const std::vector<const policy::ImageRules*> entries = policy::applying(policy, facts.names.empty() ? std::vector{facts.reference} : facts.names);
  if (entries.empty()) decision.outcomes.push_back(no_entry(facts, policy));

  for (const policy::Rule* rule : policy::all_rules()) {
    bool asked = false;
    for (const policy::ImageRules* rules : entries) {
      if (!rule->asked(*rules)) continue;
      asked = true;
      decision.outcomes.push_back(judge(*rule, *rules, facts, policy));
    }
    if (!asked) decision.not_asked.emplace_back(rule->id);
  }
  const auto is_used = [&](const Exception& exception) {
    return std::any_of(decision.outcomes.begin(), decision.outcomes.end(), [&](const RuleOutcome& outcome) {
      return std::any_of(outcome.excused.begin(), outcome.excused.end(),
                         [&](const Excused& each) { return each.exception == exception; });
    });
  };
  for (const Exception& exception : policy.exceptions) {
    if (!is_for(exception, facts)) continue;
    if (facts.now >= exception.expires) decision.expired.push_back(exception);
    else if (!is_used(exception)) decision.unused.push_back(exception);
  }

  const auto any = [&](RuleStatus status) {
    return std::any_of(decision.outcomes.begin(), decision.outcomes.end(),
                       [&](const RuleOutcome& outcome) { return outcome.status == status; });
  };
  // An entry that asks nothing, and an image of which nothing is known, are no reason to allow.
  if (any(RuleStatus::denied) || decision.outcomes.empty()) decision.verdict = Verdict::deny;
  else if (!any(RuleStatus::undecided) && !facts.platforms.empty()) decision.verdict = Verdict::allow;
  return decision;
}

}  // namespace supply::gate
