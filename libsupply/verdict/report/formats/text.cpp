// For people: each rule with what was expected and found, and the verdict as the last line.
#include "libsupply/base/text/text.hpp"

#include <fmt/format.h>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/sorted_facts.hpp"

namespace supply::report::formats {

namespace {

void field(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) out += fmt::format("             {:<9} {}\n", name, escape_for_terminal(value));
}

void finding(std::string& out, const Finding& one) {
  field(out, one.severity == Severity::warning ? "warning" : "subject", one.subject);
  field(out, "expected", one.expected);
  field(out, "found", one.found);
  field(out, "evidence", one.evidence);
  if (one.id != one.subject) field(out, "id", one.id);
  if (one.severity != Severity::note) field(out, "remedy", one.remedy);
}

void exception(std::string& out, std::string_view name, const policy::Exception& one) {
  field(out, name,
        fmt::format("{}{}{} ({}, until {}): {}", one.rule, one.findings.empty() ? "" : " ",
                    fmt::join(one.findings, ", "), one.owner, to_rfc3339(one.expires), one.reason));
}

void image(std::string& out, const ImageVerdict& judgement) {
  out += fmt::format("image        {}\n", escape_for_terminal(judgement.reference));
  if (judgement.error) {
    out += fmt::format("error        {}: {}\n\n", to_string(judgement.error->code()),
                       escape_for_terminal(judgement.error->message()));
    return;
  }
  if (judgement.facts) {
    out += fmt::format("digest       {}\n", judgement.facts->digest.to_string());
    for (const auto& [platform, manifest] : platforms(*judgement.facts))
      out += fmt::format("platform     {} {}\n", platform, manifest);
    for (const oci::LeftOut& each : judgement.facts->left_out)
      out += fmt::format("left out     {}: {}\n", each.descriptor.digest.to_string(), escape_for_terminal(each.reason));
  }
  for (const gate::RuleOutcome& outcome : judgement.decision.outcomes) {
    out += fmt::format("\n{:<12} {}: {}", to_string(outcome.status), outcome.rule, outcome.title);
    out += outcome.match.empty() ? "\n" : fmt::format(" [{}]\n", escape_for_terminal(outcome.match));
    bool first = true;
    for (const Finding& one : outcome.findings) {
      if (!first) out += '\n';
      first = false;
      finding(out, one);
    }
    for (const gate::Excused& each : outcome.excused) {
      exception(out, "exception", each.exception);
      if (outcome.status == policy::RuleStatus::denied)
        field(out, "covers", fmt::format("{}", fmt::join(each.findings, ", ")));
    }
  }
  out += '\n';
  if (!judgement.decision.not_asked.empty())
    out += fmt::format("not asked    {}\n", fmt::join(judgement.decision.not_asked, ", "));
  for (const policy::Exception& one : judgement.decision.unused)
    out += fmt::format("unused       exception for {} ({}, until {}) covers nothing: {}\n",
                       escape_for_terminal(fmt::format("{}{}{}", one.rule, one.findings.empty() ? "" : " ",
                                                       fmt::join(one.findings, ", "))),
                       escape_for_terminal(one.owner), to_rfc3339(one.expires), escape_for_terminal(one.reason));
  for (const policy::Exception& one : judgement.decision.expired)
    out += fmt::format("expired      exception for {} ({}, until {}): {}\n", one.rule, escape_for_terminal(one.owner),
                       to_rfc3339(one.expires), escape_for_terminal(one.reason));
  out += '\n';
}

/// One line that says why: "deny: sbom, signatures".
std::string summary(const ImageVerdict& judgement) {
  if (judgement.error) return fmt::format("undecided: {}", to_string(judgement.error->code()));
  std::vector<std::string_view> rules;
  for (const gate::RuleOutcome& outcome : judgement.decision.outcomes) {
    const bool speaks = outcome.status == policy::RuleStatus::denied || outcome.status == policy::RuleStatus::undecided;
    if (speaks && std::find(rules.begin(), rules.end(), outcome.rule) == rules.end()) rules.push_back(outcome.rule);
  }
  return fmt::format("{}{}{}", to_string(judgement.decision.verdict), rules.empty() ? "" : ": ",
                     fmt::join(rules, ", "));
}

std::string write(const Report& report) {
  std::string out = fmt::format("policy       {}{}\n", escape_for_terminal(report.policy_name),
                                report.policy_digest ? " " + report.policy_digest->to_string() : "");
  out += fmt::format("time         {}{}\n\n", to_rfc3339(report.now), report.simulated_time ? " (simulated)" : "");
  for (const ImageVerdict& judgement : report.images) image(out, judgement);
  for (const ImageVerdict& judgement : report.images)
    out += fmt::format("{}  {}\n", escape_for_terminal(judgement.reference), summary(judgement));
  out += fmt::format("verdict: {}\n", to_string(overall(report)));
  return out;
}

}  // namespace

const Format& text() {
  static constexpr Format format{"text", write};
  return format;
}

}  // namespace supply::report::formats
