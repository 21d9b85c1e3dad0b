// For code scanning: a result per finding that denies, warns or could not be decided.
// Source: SARIF 2.1.0 (OASIS), sections 3.13, 3.27.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/format.hpp"

namespace supply::report::formats {

namespace {

using supply::json::Value;

constexpr std::string_view kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

Value location(const std::string& reference) {
  return {{"logicalLocations",
           Value::array({{{"fullyQualifiedName", escape_for_terminal(reference)}, {"kind", "resource"}}})}};
}

Value result(const gate::RuleOutcome& outcome, const Finding& one, const std::string& reference) {
  std::string message = escape_for_terminal(one.found) + " (expected: " + escape_for_terminal(one.expected) + ")";
  if (!one.remedy.empty()) message += "; " + escape_for_terminal(one.remedy);
  Value value{{"ruleId", outcome.rule},
              {"level", to_string(one.severity)},
              {"kind", outcome.status == policy::RuleStatus::undecided ? "review" : "fail"},
              {"message", {{"text", std::move(message)}}},
              {"locations", Value::array({location(reference)})},
              {"properties", {{"subject", one.subject}, {"evidence", one.evidence}, {"id", one.id}}}};
  // A level other than none goes only with the kind fail (3.27.10).
  if (outcome.status == policy::RuleStatus::undecided) value["level"] = "none";
  if (const policy::Exception* exception = outcome.exception_for(one); exception != nullptr)
    value["suppressions"] = Value::array({{{"kind", "external"},
                                           {"status", "accepted"},
                                           {"justification", exception->owner + ": " + exception->reason}}});
  return value;
}

std::string write(const Report& report) {
  Value rules = Value::array();
  rules.push_back({{"id", "images"}, {"shortDescription", {{"text", "the policy speaks of the image"}}}});
  for (const policy::Rule* rule : policy::all_rules())
    rules.push_back({{"id", rule->id}, {"shortDescription", {{"text", rule->title}}}});
  Value results = Value::array(), notifications = Value::array();
  for (const ImageVerdict& judgement : report.images) {
    if (judgement.error) {
      notifications.push_back(
          {{"level", "error"},
           {"message", {{"text", escape_for_terminal(judgement.reference + ": " + judgement.error->message())}}},
           {"descriptor", {{"id", to_string(judgement.error->code())}}}});
      continue;
    }
    if (judgement.facts)
      for (const oci::LeftOut& each : judgement.facts->left_out)
        notifications.push_back(
            {{"level", "note"},
             {"message",
              {{"text", escape_for_terminal(judgement.reference + ": left out " + each.descriptor.digest.to_string() +
                                            ": " + each.reason)}}},
             {"descriptor", {{"id", "left-out"}}}});
    for (const gate::RuleOutcome& outcome : judgement.decision.outcomes)
      for (const Finding& one : outcome.findings)
        if (one.severity != Severity::note) results.push_back(result(outcome, one, judgement.reference));
  }
  const bool complete = std::none_of(report.images.begin(), report.images.end(),
                                     [](const ImageVerdict& judgement) { return judgement.error.has_value(); });
  Value invocation{{"executionSuccessful", complete}, {"endTimeUtc", to_rfc3339(report.now)}};
  if (!notifications.empty()) invocation["toolExecutionNotifications"] = std::move(notifications);
  Value driver{{"name", "supply"}, {"rules", std::move(rules)}};
  if (!report.tool_version.empty()) driver["version"] = report.tool_version;
  const Value document{
      {"$schema", kSchema},
      {"version", "2.1.0"},
      {"runs",
       Value::array({{{"tool", {{"driver", std::move(driver)}}},
                      {"invocations", Value::array({std::move(invocation)})},
                      {"results", std::move(results)},
                      {"properties", {{"verdict", to_string(overall(report))}, {"policy", report.policy_name}}}}})}};
  return supply::json::to_pretty_text(document);
}

}  // namespace

const Format& sarif() {
  static constexpr Format format{"sarif", write};
  return format;
}

}  // namespace supply::report::formats
