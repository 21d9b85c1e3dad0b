#include "libsupply/base/finding/finding.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

namespace supply {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "error";
}

nlohmann::json to_json(const Finding& finding) {
  nlohmann::json place{{"uri", finding.place.uri}};
  if (finding.place.line != 0) place["line"] = finding.place.line;
  nlohmann::json value{{"rule", finding.rule},         {"severity", to_string(finding.severity)},
                       {"subject", finding.subject},   {"place", std::move(place)},
                       {"expected", finding.expected}, {"found", finding.found},
                       {"evidence", finding.evidence}, {"remedy", finding.remedy}};
  if (!finding.id.empty()) value["id"] = finding.id;
  return value;
}

bool has_errors(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::error; });
}

void sort_findings(std::vector<Finding>& findings) {
  const auto key = [](const Finding& f) {
    return std::tie(f.place, f.rule, f.subject, f.severity, f.expected, f.found, f.evidence, f.remedy, f.id);
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

}  // namespace supply
