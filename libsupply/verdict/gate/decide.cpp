#include "libsupply/verdict/gate/decide.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace supply::gate {

namespace {

using policy::Exception;
using policy::RuleStatus;

RuleOutcome no_entry(const policy::Facts& facts, const policy::Policy& policy, std::size_t warning) {
  RuleOutcome outcome;
  outcome.rule = "images";
  outcome.title = "the policy speaks of the image";
  outcome.no_title = "the policy does not speak of the image";
  outcome.status = RuleStatus::denied;
  outcome.findings.push_back(
      {.rule = "images",
       .severity = Severity::error,
       .subject = facts.digest.to_string(),
       .place = {.uri = facts.reference.to_string(), .line = 0},
       .expected = "an entry under images whose match names the image",
       .found = warning == 0
                    ? fmt::format("none of {} entries matches {}", policy.images.size(), facts.reference.name())
                    : fmt::format("{} of {} entries match {}, and they only warn", warning, policy.images.size(),
                                  facts.reference.name()),
       .evidence = policy.digest.to_string(),
       .remedy = fmt::format("add an entry with match: [\"{}\"] to {}", facts.reference.name(), policy.name)});
  return outcome;
}

/// Covers what denies, finding by finding: one that no exception covers keeps the rule's denial.
void except(RuleOutcome& outcome, const policy::Ruling& ruling, const policy::Asks& asks,
            const policy::Subject& subject, const policy::Policy& policy) {
  bool all = true;
  for (const std::string& finding : ruling.denied) {
    const Exception* best = policy::exception_for(policy, subject, outcome.rule, finding, &asks);
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

/// What several outcomes of one rule are ordered by: what they say, so that the order of a policy's entries changes
/// nothing.
std::string order_of(const RuleOutcome& outcome) {
  std::string key = fmt::format("{}\n{}\n{}\n{}", outcome.match, outcome.file, static_cast<int>(outcome.effect),
                                outcome.effective_from ? to_rfc3339(*outcome.effective_from) : "");
  for (const Finding& each : outcome.findings)
    key += fmt::format("\n{}\t{}\t{}\t{}\t{}", to_string(each.severity), each.subject, each.expected, each.found,
                       each.evidence);
  return key;
}

/// Makes warnings of what an entry says that does not deny, or not yet.
void warn(RuleOutcome& outcome) {
  if (outcome.status != RuleStatus::denied && outcome.status != RuleStatus::undecided) return;
  outcome.status = RuleStatus::warned;
  for (Finding& finding : outcome.findings)
    if (finding.severity == Severity::error) finding.severity = Severity::warning;
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

RuleOutcome outcome_of(const policy::AskedRule& asked, const policy::Asks& asks, std::string match,
                       policy::Ruling ruling, const policy::Subject& subject, const policy::Policy& policy) {
  sort_findings(ruling.findings);
  RuleOutcome outcome{.rule = std::string(asked.rule->id),
                      .title = std::string(asked.rule->title),
                      .match = std::move(match),
                      .status = ruling.status,
                      .findings = std::move(ruling.findings),
                      .excused = {},
                      .build_level = ruling.build_level,
                      .effect = asks.effect,
                      .effective_from = {},
                      .file = asks.file,
                      .no_title = std::string(asked.rule->denied)};
  if (asks.effective_from && subject.now < *asks.effective_from) outcome.effective_from = asks.effective_from;
  if (outcome.status == RuleStatus::denied) except(outcome, ruling, asks, subject, policy);
  if (outcome.effect == policy::Effect::warn || outcome.effective_from) warn(outcome);
  return outcome;
}

void add_exceptions(const policy::Subject& subject, const policy::Policy& policy, Decision& decision) {
  const auto is_used = [&](const Exception& exception) {
    return std::any_of(decision.outcomes.begin(), decision.outcomes.end(), [&](const RuleOutcome& outcome) {
      return std::any_of(outcome.excused.begin(), outcome.excused.end(),
                         [&](const Excused& each) { return each.exception == exception; });
    });
  };
  for (const Exception& exception : policy.exceptions) {
    if (!policy::is_for(exception, subject)) continue;
    if (subject.now >= exception.expires) decision.expired.push_back(exception);
    else if (!is_used(exception)) decision.unused.push_back(exception);
  }
  const auto order = [](const Exception& a, const Exception& b) {
    const auto key = [](const Exception& one) {
      return std::tie(one.rule, one.owner, one.reason, one.expires, one.findings, one.file);
    };
    return key(a) < key(b);
  };
  std::stable_sort(decision.expired.begin(), decision.expired.end(), order);
  std::stable_sort(decision.unused.begin(), decision.unused.end(), order);
}

Verdict verdict_of_outcomes(const std::vector<RuleOutcome>& outcomes) {
  const auto any = [&](RuleStatus status) {
    return std::any_of(outcomes.begin(), outcomes.end(),
                       [&](const RuleOutcome& outcome) { return outcome.status == status; });
  };
  // An entry that asks nothing is no reason to allow.
  if (any(RuleStatus::denied) || outcomes.empty()) return Verdict::deny;
  return any(RuleStatus::undecided) ? Verdict::undecided : Verdict::allow;
}

const std::string& RuleOutcome::said() const {
  const bool is_no = status == RuleStatus::denied || (status == RuleStatus::warned && !no_title.empty());
  return is_no && !no_title.empty() ? no_title : title;
}

Decision decide(const policy::Facts& facts, const policy::Policy& policy) {
  Decision decision;
  const policy::Subject subject = facts.subject();
  const std::vector<const policy::ImageRules*> entries = policy::applying(policy, subject.names);
  const auto warns = [&](const policy::ImageRules* entry) {
    return entry->effect == policy::Effect::warn || (entry->effective_from && facts.now < *entry->effective_from);
  };
  if (std::all_of(entries.begin(), entries.end(), warns))
    decision.outcomes.push_back(no_entry(facts, policy, entries.size()));

  for (const policy::Rule* rule : policy::all_rules()) {
    if (rule->judge == nullptr) continue;
    std::vector<std::pair<std::string, RuleOutcome>> of_rule;
    for (const policy::ImageRules* entry : entries) {
      for (const policy::AskedRule& asked : entry->rules) {
        if (asked.rule != rule) continue;
        std::vector<std::string_view> patterns;
        for (const policy::ImagePattern& pattern : entry->match) patterns.push_back(pattern.to_string());
        RuleOutcome outcome = outcome_of(asked, *entry, fmt::format("{}", fmt::join(patterns, ", ")),
                                         rule->judge(facts, policy, *entry, *asked.part), subject, policy);
        std::string order = order_of(outcome);
        of_rule.emplace_back(std::move(order), std::move(outcome));
      }
    }
    if (of_rule.empty()) decision.not_asked.emplace_back(rule->id);
    std::stable_sort(of_rule.begin(), of_rule.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [order, outcome] : of_rule) decision.outcomes.push_back(std::move(outcome));
  }
  add_exceptions(subject, policy, decision);
  decision.verdict = verdict_of_outcomes(decision.outcomes);
  // An image of which nothing is known is no reason to allow.
  if (decision.verdict == Verdict::allow && facts.platforms.empty()) decision.verdict = Verdict::undecided;
  if (decision.verdict != Verdict::allow) {
    decision.broken_glass = broken_glass(facts, policy);
    if (decision.broken_glass) decision.verdict = Verdict::allow;
  }
  return decision;
}

}  // namespace supply::gate
