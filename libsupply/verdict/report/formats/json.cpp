// For programs: one record. Schema: schemas/gate-report.schema.json.
#include "libsupply/base/json/json.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/sorted_facts.hpp"

namespace supply::report::formats {

namespace {

using supply::json::Value;

Value exception(const policy::Exception& one) {
  Value value{{"rule", one.rule}, {"reason", one.reason}, {"owner", one.owner}, {"expires", to_rfc3339(one.expires)}};
  if (!one.findings.empty()) value["findings"] = one.findings;
  return value;
}

Value outcome(const gate::RuleOutcome& one) {
  Value findings = Value::array();
  for (const Finding& each : one.findings) findings.push_back(to_json(each));
  Value value{{"rule", one.rule},
              {"title", one.title},
              {"match", one.match},
              {"status", to_string(one.status)},
              {"findings", std::move(findings)}};
  if (one.status == policy::RuleStatus::excepted && one.excused.size() == 1)
    value["exception"] = exception(one.excused.front().exception);
  for (const gate::Excused& each : one.excused) {
    Value excused = exception(each.exception);
    excused["covers"] = each.findings;
    value["exceptions"].push_back(std::move(excused));
  }
  return value;
}

Value piece(const EvidenceRow& one) {
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

Value image(const ImageVerdict& judgement) {
  Value value{{"reference", judgement.reference}};
  if (judgement.error) {
    value["verdict"] = to_string(gate::Verdict::undecided);
    value["error"] = {{"code", to_string(judgement.error->code())}, {"message", judgement.error->message()}};
    return value;
  }
  value["verdict"] = to_string(judgement.decision.verdict);
  if (judgement.facts) {
    value["digest"] = judgement.facts->digest.to_string();
    value["platforms"] = Value::array();
    for (const auto& [platform, manifest] : platforms(*judgement.facts))
      value["platforms"].push_back({{"platform", platform}, {"digest", manifest}});
    value["leftOut"] = oci::to_json(judgement.facts->left_out);
    value["evidence"] = Value::array();
    for (const EvidenceRow& each : pieces(*judgement.facts)) value["evidence"].push_back(piece(each));
  }
  value["rules"] = Value::array();
  for (const gate::RuleOutcome& each : judgement.decision.outcomes) value["rules"].push_back(outcome(each));
  value["not_asked"] = judgement.decision.not_asked;
  value["expired_exceptions"] = Value::array();
  for (const policy::Exception& each : judgement.decision.expired)
    value["expired_exceptions"].push_back(exception(each));
  value["unusedExceptions"] = Value::array();
  for (const policy::Exception& each : judgement.decision.unused) value["unusedExceptions"].push_back(exception(each));
  return value;
}

std::string write(const Report& report) {
  Value value{{"version", 1},
              {"kind", "gate"},
              {"tool", {{"name", "supply"}, {"version", report.tool_version}}},
              {"policy", {{"name", report.policy_name}}},
              {"time", to_rfc3339(report.now)},
              {"simulated_time", report.simulated_time},
              {"verdict", to_string(overall(report))},
              {"images", Value::array()}};
  if (report.policy_digest) value["policy"]["digest"] = report.policy_digest->to_string();
  for (const ImageVerdict& each : report.images) value["images"].push_back(image(each));
  return supply::json::to_pretty_text(value);
}

}  // namespace

const Format& json() {
  static constexpr Format format{"json", write};
  return format;
}

}  // namespace supply::report::formats
