#include "libsupply/verdict/gate/rehearsal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "libsupply/base/text/text.hpp"

namespace supply::gate {

namespace {

using policy::RuleStatus;

constexpr RuleStatus kWorstFirst[] = {RuleStatus::denied, RuleStatus::undecided, RuleStatus::warned,
                                      RuleStatus::excepted, RuleStatus::satisfied};

/// By rule and entry, the status; the worst of entries with the same patterns.
std::map<std::string, RuleStatus> statuses(const ImageDecision& rehearsed) {
  std::map<std::string, RuleStatus> all;
  for (const RuleStatus status : kWorstFirst)
    for (const RuleOutcome& each : rehearsed.decision.outcomes)
      if (each.status == status)
        all.emplace(each.match.empty() ? each.rule : fmt::format("{} [{}]", each.rule, each.match), status);
  return all;
}

/// The status of a rule that several entries ask: the worst.
std::map<std::string, std::string> worst(const Decision& decision) {
  std::map<std::string, std::string> all;
  for (const RuleStatus status : kWorstFirst)
    for (const RuleOutcome& each : decision.outcomes)
      if (each.status == status) all.emplace(each.rule, to_string(status));
  return all;
}

Finding finding_of(std::string_view rule, Severity severity, const policy::Case& one, const std::string& file,
                   std::string expected, std::string found, std::string id) {
  Finding finding;
  finding.rule = rule;
  finding.severity = severity;
  finding.subject = one.name;
  finding.place = {.uri = file, .line = one.line};
  finding.expected = std::move(expected);
  finding.found = std::move(found);
  finding.id = std::move(id);
  return finding;
}

std::string verdict_text(const ImageDecision& rehearsed) {
  if (rehearsed.error) return "undecided: " + rehearsed.error->message();
  std::string denied;
  for (const RuleOutcome& each : rehearsed.decision.outcomes)
    if (each.status == RuleStatus::denied || each.status == RuleStatus::undecided)
      denied += fmt::format("{}{} {}", denied.empty() ? "" : ", ", each.rule, to_string(each.status));
  return fmt::format("{}{}{}", to_string(rehearsed.verdict()), denied.empty() ? "" : ": ", denied);
}

}  // namespace

ImageDecision rehearse(store::ImageSource& recorded, const oci::Selector& selector, const policy::Case& one,
                       const policy::Policy& policy, Budget& budget) {
  Options options;
  options.now = one.now;
  options.simulated_time = true;
  options.recorded = selector;
  return judge(one.name, collect(recorded, one.called, policy, options, budget), policy);
}

std::vector<Finding> compare(const policy::Case& one, const ImageDecision& rehearsed, const std::string& file) {
  std::vector<Finding> all;
  const auto differ = [&](std::string expected, std::string found, std::string id) {
    all.push_back(finding_of("expectation", Severity::error, one, file, std::move(expected), std::move(found), id));
    all.back().remedy = "mend the policy, or what the case expects";
  };
  if (to_string(rehearsed.verdict()) != one.expect) differ("verdict " + one.expect, verdict_text(rehearsed), "verdict");
  const auto found = worst(rehearsed.decision);
  for (const auto& [rule, status] : one.rules) {
    const auto at = found.find(rule);
    const std::string said = at == found.end() ? "not asked" : at->second;
    if (said != status) differ(fmt::format("rule {} {}", rule, status), said, rule);
  }
  std::set<std::string> ids;
  for (const RuleOutcome& outcome : rehearsed.decision.outcomes)
    for (const Finding& each : outcome.findings)
      if (each.severity == Severity::error) ids.insert(each.id);
  for (const std::string& id : one.findings)
    if (!ids.contains(id)) differ("finding " + quote(id), "no such finding", id);
  sort_findings(all);
  return all;
}

void expect(const ImageDecision& rehearsed, policy::Case& one) {
  one.expect = to_string(rehearsed.verdict());
  one.rules = worst(rehearsed.decision);
}

std::vector<Finding> differences(const policy::Case& one, const ImageDecision& before, const ImageDecision& after,
                                 const std::string& file) {
  std::vector<Finding> all;
  if (before.verdict() != after.verdict())
    all.push_back(finding_of("diff", Severity::error, one, file, verdict_text(before), verdict_text(after), "verdict"));
  const auto old_ones = statuses(before), new_ones = statuses(after);
  const auto text = [](const std::map<std::string, RuleStatus>& of, const std::string& rule) {
    const auto found = of.find(rule);
    return found == of.end() ? std::string("not asked") : std::string(to_string(found->second));
  };
  std::set<std::string> rules;
  for (const auto& [rule, status] : old_ones) rules.insert(rule);
  for (const auto& [rule, status] : new_ones) rules.insert(rule);
  for (const std::string& rule : rules)
    if (text(old_ones, rule) != text(new_ones, rule))
      all.push_back(finding_of("diff", Severity::warning, one, file, rule + " " + text(old_ones, rule),
                               rule + " " + text(new_ones, rule), rule));
  sort_findings(all);
  return all;
}

}  // namespace supply::gate
