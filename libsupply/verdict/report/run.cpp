#include "libsupply/verdict/report/run.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "libsupply/base/text/text.hpp"

namespace supply::report {

using gate::Verdict;
using policy::RuleStatus;

Verdict overall(const std::vector<JudgedSubject>& subjects) {
  bool undecided = subjects.empty();
  for (const JudgedSubject& subject : subjects) {
    if (subject.verdict == Verdict::deny && !subject.error) return Verdict::deny;
    if (subject.error || subject.verdict != Verdict::allow) undecided = true;
  }
  return undecided ? Verdict::undecided : Verdict::allow;
}

std::string rules_with(const JudgedSubject& subject, RuleStatus status) {
  std::vector<std::string_view> rules;
  for (const gate::RuleOutcome& outcome : subject.rules)
    if (outcome.status == status && std::find(rules.begin(), rules.end(), outcome.rule) == rules.end())
      rules.push_back(outcome.rule);
  return join(rules, ", ");
}

std::string words_of(const std::string& kind) {
  if (kind == "unusedException") return "unused";
  if (kind == "expiredException") return "expired";
  std::string words;
  for (const char c : kind) {
    if (c >= 'A' && c <= 'Z') words += ' ';
    words += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return words;
}

std::string when_it_counts(const gate::RuleOutcome& outcome) {
  if (outcome.status != policy::RuleStatus::warned) return {};
  return outcome.effective_from ? "from " + to_rfc3339(*outcome.effective_from) + " on"
                                : std::string("never: the entry only warns");
}

std::string not_asked(const std::vector<Note>& notes) {
  std::vector<std::string_view> rules;
  for (const Note& note : notes)
    if (note.kind == "notAsked") rules.push_back(note.text);
  return join(rules, ", ");
}

gate::RuleOutcome outcome_of(std::string rule, std::string title, std::vector<Finding> findings) {
  gate::RuleOutcome outcome{std::move(rule), std::move(title), "", RuleStatus::satisfied, std::move(findings), {}, 0};
  std::map<std::tuple<Severity, bool, std::string>, ListedFindings> alike;
  for (Finding& finding : std::exchange(outcome.findings, {})) {
    if (finding.id.empty()) finding.id = finding.subject;
    if (finding.severity == Severity::error && !finding.undecided) outcome.status = RuleStatus::denied;
    else if (finding.severity == Severity::error && outcome.status == RuleStatus::satisfied)
      outcome.status = RuleStatus::undecided;
    alike[{finding.severity, finding.undecided, finding.kind}].add(std::move(finding));
  }
  for (auto& [group, listed] : alike) {
    std::vector<Finding> some = std::move(listed).take();
    std::move(some.begin(), some.end(), std::back_inserter(outcome.findings));
  }
  sort_findings(outcome.findings);
  return outcome;
}

Verdict verdict_of(const std::vector<gate::RuleOutcome>& rules) {
  const auto any = [&](RuleStatus status) {
    return std::any_of(rules.begin(), rules.end(), [&](const auto& outcome) { return outcome.status == status; });
  };
  if (any(RuleStatus::denied)) return Verdict::deny;
  return rules.empty() || any(RuleStatus::undecided) ? Verdict::undecided : Verdict::allow;
}

std::vector<Asked> asked_of(const std::optional<oci::Platform>& platform) {
  if (!platform) return {};
  return {{"platform", platform->to_string()}};
}

std::vector<Note> notes_of(const std::vector<oci::LeftOut>& left_out) {
  std::vector<Note> notes;
  for (const oci::LeftOut& each : left_out)
    notes.push_back({"leftOut", each.descriptor.digest.to_string() + ": " + each.reason});
  return notes;
}

Run failed_run(std::string verb, std::string name, Error error) {
  Run run{.verb = std::move(verb)};
  run.subjects.push_back({.name = std::move(name), .error = std::move(error)});
  return run;
}

}  // namespace supply::report
