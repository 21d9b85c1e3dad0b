#include "libsupply/verdict/gate/decide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace supply::gate {

namespace {

using policy::Exception;
using policy::RuleStatus;

bool covers(const Exception& exception, std::string_view rule, const policy::Facts& facts) {
  return exception.rule == rule && facts.now < exception.expires &&
         std::find(exception.images.begin(), exception.images.end(), facts.digest) != exception.images.end();
}

Outcome no_entry(const policy::Facts& facts, const policy::Policy& policy) {
  Outcome outcome{"images", "the policy speaks of the image", "", RuleStatus::denied, {}, {}, 0};
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

Outcome judge(const policy::Rule& rule, const policy::ImageRules& rules, const policy::Facts& facts,
              const policy::Policy& policy) {
  policy::Ruling ruling = rule.judge(facts, policy, rules);
  sort_findings(ruling.findings);
  Outcome outcome{std::string(rule.id), std::string(rule.title),    fmt::format("{}", fmt::join(rules.match, ", ")),
                  ruling.status,        std::move(ruling.findings), {},
                  ruling.build_level};
  if (outcome.status != RuleStatus::denied) return outcome;
  std::vector<Exception> covering;
  for (const Exception& exception : policy.exceptions)
    if (covers(exception, rule.id, facts)) covering.push_back(exception);
  if (covering.empty()) return outcome;
  // The one that lasts longest answers for it.
  outcome.exception = *std::max_element(covering.begin(), covering.end(), [](const Exception& a, const Exception& b) {
    return std::tie(a.expires, a.owner, a.reason) < std::tie(b.expires, b.owner, b.reason);
  });
  outcome.status = RuleStatus::excepted;
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

Decision decide(const policy::Facts& facts, const policy::Policy& policy) {
  Decision decision;
  const std::vector<const policy::ImageRules*> entries = policy::applying(policy, facts.reference);
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
  for (const Exception& exception : policy.exceptions)
    if (facts.now >= exception.expires &&
        std::find(exception.images.begin(), exception.images.end(), facts.digest) != exception.images.end())
      decision.expired.push_back(exception);

  const auto any = [&](RuleStatus status) {
    return std::any_of(decision.outcomes.begin(), decision.outcomes.end(),
                       [&](const Outcome& outcome) { return outcome.status == status; });
  };
  // An entry that asks nothing, and an image of which nothing is known, are no reason to allow.
  if (any(RuleStatus::denied) || decision.outcomes.empty()) decision.verdict = Verdict::deny;
  else if (!any(RuleStatus::undecided) && !facts.platforms.empty()) decision.verdict = Verdict::allow;
  return decision;
}

}  // namespace supply::gate
