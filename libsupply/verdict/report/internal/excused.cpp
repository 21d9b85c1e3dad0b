#include "libsupply/verdict/report/internal/excused.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"

namespace supply::report {

json::Value exception_json(const policy::Exception& one) {
  json::Value value{
      {"rule", one.rule}, {"reason", one.reason}, {"owner", one.owner}, {"expires", to_rfc3339(one.expires)}};
  if (!one.findings.empty()) value["findings"] = one.findings;
  return value;
}

void add_exceptions(json::Value& rule, const gate::RuleOutcome& outcome) {
  for (const gate::Excused& each : outcome.excused) {
    json::Value excused = exception_json(each.exception);
    excused["covers"] = listed(each.findings);
    rule["exceptions"].push_back(std::move(excused));
  }
}

}  // namespace supply::report
