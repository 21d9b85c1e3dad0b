#include "libsupply/verdict/policy/workload_rules.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/base/text/wildcard.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {

namespace {

constexpr std::string_view kScore = "deploy/score";

std::string workload_of(const std::string& subject) { return subject.substr(0, subject.find(", ")); }

/// In a pattern of subjects ("Deployment shop/*") `*` is any run without '/', `**` any run.
bool is_subject_of(const std::vector<std::string>& patterns, std::string_view subject) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_match(pattern, subject); });
}

/// In a pattern of rules' ids `*` is any run of characters.
bool is_rule_of(const std::vector<std::string>& patterns, std::string_view rule) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return wildcard_match(pattern, rule); });
}

std::vector<const WorkloadRules*> applying(const Policy& policy, const std::string& subject) {
  std::vector<const WorkloadRules*> entries;
  for (const WorkloadRules& each : policy.workloads)
    if (is_subject_of(each.match, subject) || is_subject_of(each.match, workload_of(subject))) entries.push_back(&each);
  return entries;
}

bool denies(const WorkloadRules& entry, Time now) {
  return entry.effect == Effect::deny && (!entry.effective_from || now >= *entry.effective_from);
}

void make_warning(Finding& finding) {
  finding.severity = Severity::warning;
  if (finding.undecided) finding.found = "not known: " + finding.found;
  finding.undecided = false;
}

// The least scores of the entries that match each workload: the highest that denies, else the highest that warns.
std::vector<Finding> scores(const deploy::Score& score, const Policy& policy, Time now) {
  std::vector<Finding> all;
  for (const deploy::WorkloadScore& each : score.workloads) {
    const WorkloadRules* worst = nullptr;
    for (const WorkloadRules* entry : applying(policy, each.subject)) {
      if (each.score >= entry->min_score) continue;
      const auto rank = [&](const WorkloadRules& one) { return std::pair(denies(one, now), one.min_score); };
      if (worst == nullptr || rank(*worst) < rank(*entry)) worst = entry;
    }
    if (worst == nullptr) continue;
    Finding finding;
    finding.rule = kScore;
    finding.subject = each.subject;
    finding.id = each.subject;
    if (!each.taken.empty()) finding.place = each.taken.front().place;
    finding.expected = "a score of at least " + std::to_string(worst->min_score);
    finding.found = std::to_string(each.score);
    finding.remedy = "mend what the other rules find of it";
    finding.severity = Severity::error;
    if (!denies(*worst, now)) make_warning(finding);
    all.push_back(std::move(finding));
  }
  return all;
}

}  // namespace

AskedOfWorkloads asked_of_workloads(std::vector<deploy::RuleFindings> found, const deploy::Score& score,
                                    const Policy& policy, Time now) {
  AskedOfWorkloads asked;
  if (policy.workloads.empty()) {
    asked.findings = std::move(found);
    return asked;
  }
  for (deploy::RuleFindings& rule : found) {
    deploy::RuleFindings kept{rule.rule, {}};
    for (Finding& finding : rule.findings) {
      const std::vector<const WorkloadRules*> entries = applying(policy, finding.subject);
      bool is_asked = entries.empty(), is_denied = entries.empty();
      for (const WorkloadRules* entry : entries) {
        if (!is_rule_of(entry->rules, finding.rule)) continue;
        is_asked = true;
        is_denied = is_denied || denies(*entry, now);
      }
      if (!is_asked) {
        asked.not_asked.push_back(finding.subject + ": " + finding.rule + ": " + finding.found);
        continue;
      }
      if (!is_denied) make_warning(finding);
      kept.findings.push_back(std::move(finding));
    }
    if (rule.rule->id == kScore)
      for (Finding& each : scores(score, policy, now)) kept.findings.push_back(std::move(each));
    asked.findings.push_back(std::move(kept));
  }
  return asked;
}

const Exception* exception_for(const Policy& policy, const Finding& finding, Time now) {
  for (const std::string& name : {finding.subject, workload_of(finding.subject)}) {
    const Subject subject{.digest = {}, .names = {}, .workload = name, .place = {}, .now = now};
    if (const Exception* found = exception_for(policy, subject, finding.rule, finding.id)) return found;
  }
  return nullptr;
}

}  // namespace supply::policy
