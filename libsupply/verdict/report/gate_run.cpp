// The gate's answer as a run.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "libsupply/base/json/error_record.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/report/internal/excused.hpp"
#include "libsupply/verdict/report/internal/gate_record.hpp"
#include "libsupply/verdict/report/internal/sorted_facts.hpp"
#include "libsupply/verdict/report/run.hpp"

namespace supply::report {
namespace {

using json::Value;

Value outcome_json(const gate::RuleOutcome& one) {
  Value findings = Value::array();
  for (const Finding& each : one.findings) findings.push_back(to_json(each));
  Value value{{"rule", one.rule},
              {"title", one.title},
              {"match", one.match},
              {"status", to_string(one.status)},
              {"findings", std::move(findings)}};
  if (!one.no_title.empty()) value["noTitle"] = one.no_title;
  if (one.effect == policy::Effect::warn) value["effect"] = "warn";
  if (one.effective_from) value["effectiveFrom"] = to_rfc3339(*one.effective_from);
  if (!one.file.empty()) value["policy"] = one.file;
  if (one.status == policy::RuleStatus::excepted && one.excused.size() == 1)
    value["exception"] = exception_json(one.excused.front().exception);
  add_exceptions(value, one);
  return value;
}

Value evidence_json(const EvidenceRow& one) {
  Value value{{"subject", one.subject}, {"evidence", one.evidence}, {"kind", one.kind}, {"type", one.type}};
  if (one.kind == "refused") {
    value["why"] = one.why;
  } else {
    value["key"] = one.key;
    value["fingerprint"] = one.fingerprint;
    value["scheme"] = one.scheme;
  }
  return value;
}

Value image_json(const gate::ImageDecision& image) {
  Value value{{"reference", image.reference}};
  if (image.error) {
    value["verdict"] = to_string(gate::Verdict::undecided);
    value["error"] = json::error_record(*image.error);
    return value;
  }
  value["verdict"] = to_string(image.decision.verdict);
  if (image.facts) {
    value["digest"] = image.facts->digest.to_string();
    value["platforms"] = Value::array();
    for (const auto& [platform, manifest] : platforms(*image.facts))
      value["platforms"].push_back({{"platform", platform}, {"digest", manifest}});
    value["leftOut"] = oci::to_json(image.facts->left_out);
    value["evidence"] = Value::array();
    for (const EvidenceRow& each : pieces(*image.facts)) value["evidence"].push_back(evidence_json(each));
    if (image.facts->unfinished) value["unfinished"] = json::error_record(*image.facts->unfinished);
  }
  value["rules"] = Value::array();
  for (const gate::RuleOutcome& each : image.decision.outcomes) value["rules"].push_back(outcome_json(each));
  if (const auto& glass = image.decision.broken_glass)
    value["breakGlass"] = {{"reason", glass->reason},
                           {"owner", glass->owner},
                           {"signer", glass->signer},
                           {"evidence", glass->evidence.to_string()},
                           {"issued", to_rfc3339(glass->issued)},
                           {"expires", to_rfc3339(glass->expires)}};
  value["notAsked"] = image.decision.not_asked;
  value["expiredExceptions"] = Value::array();
  for (const policy::Exception& each : image.decision.expired)
    value["expiredExceptions"].push_back(exception_json(each));
  value["unusedExceptions"] = Value::array();
  for (const policy::Exception& each : image.decision.unused) value["unusedExceptions"].push_back(exception_json(each));
  return value;
}

}  // namespace

Value gate_record(const GateReport& report) {
  Value value{{"policy", {{"name", report.policy_name}}},
              {"time", to_rfc3339(report.now)},
              {"simulatedTime", report.simulated_time},
              {"images", Value::array()}};
  if (report.policy_digest) value["policy"]["digest"] = report.policy_digest->to_string();
  for (const gate::ImageDecision& each : report.images) value["images"].push_back(image_json(each));
  return value;
}

namespace {

std::string text_of(const policy::Exception& one) {
  return fmt::format("exception for {}{}{} ({}, until {}): {}", one.rule, one.findings.empty() ? "" : " ",
                     fmt::join(one.findings, ", "), one.owner, to_rfc3339(one.expires), one.reason);
}

JudgedSubject subject_of(const gate::ImageDecision& image) {
  JudgedSubject subject{.name = image.reference};
  if (image.error) {
    subject.error = image.error;
    return subject;
  }
  subject.verdict = image.decision.verdict;
  subject.rules = image.decision.outcomes;
  if (image.facts) {
    subject.digest = image.facts->digest;
    for (auto& [platform, manifest] : platforms(*image.facts)) subject.platforms.push_back({platform, manifest});
    subject.notes = notes_of(image.facts->left_out);
    // A limit is more precise than "could not find out"; what was decided all the same counts.
    if (subject.verdict == gate::Verdict::undecided) subject.error = image.facts->unfinished;
  }
  if (const auto& glass = image.decision.broken_glass)
    subject.notes.push_back(
        {"breakGlass",
         fmt::format("allowed by {} until {}, although the policy does not: {} (signed by {}, {})", glass->owner,
                     to_rfc3339(glass->expires), glass->reason, glass->signer, glass->evidence.to_string())});
  for (const std::string& rule : image.decision.not_asked) subject.notes.push_back({"notAsked", rule});
  for (const policy::Exception& each : image.decision.unused)
    subject.notes.push_back({"unusedException", text_of(each)});
  for (const policy::Exception& each : image.decision.expired)
    subject.notes.push_back({"expiredException", text_of(each)});
  return subject;
}

}  // namespace

Run run_of(GateReport report) {
  Run run{.tool_version = report.tool_version, .verb = "gate", .time = report.now};
  run.simulated_time = report.simulated_time;
  run.asked = asked_of(report.platform);
  run.asked.insert(run.asked.begin(), {"policy", report.policy_name, report.policy_digest});
  for (const gate::ImageDecision& image : report.images) run.subjects.push_back(subject_of(image));
  run.verdict = overall(run.subjects);
  run.gate = std::move(report);
  return run;
}

}  // namespace supply::report
