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

std::string to_string(const Location& location) {
  std::string text = location.uri;
  if (location.line != 0) text += ":" + std::to_string(location.line);
  if (location.line != 0 && location.column != 0) text += ":" + std::to_string(location.column);
  return text;
}

std::string rule_and_kind(const Finding& finding) {
  return finding.kind.empty() ? finding.rule : finding.rule + "/" + finding.kind;
}

nlohmann::json to_json(const Finding& finding) {
  const Location& at = finding.place;
  nlohmann::json place{{"uri", at.uri}};
  for (const auto& [name, value] :
       {std::pair{"line", at.line}, {"column", at.column}, {"endLine", at.end_line}, {"endColumn", at.end_column}})
    if (value != 0) place[name] = value;
  nlohmann::json value{{"rule", finding.rule},         {"severity", to_string(finding.severity)},
                       {"subject", finding.subject},   {"place", std::move(place)},
                       {"expected", finding.expected}, {"found", finding.found},
                       {"evidence", finding.evidence}, {"remedy", finding.remedy}};
  if (!finding.id.empty()) value["id"] = finding.id;
  if (!finding.kind.empty()) value["kind"] = finding.kind;
  if (finding.undecided) value["undecided"] = true;
  return value;
}

bool has_errors(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::error; });
}

void sort_findings(std::vector<Finding>& findings) {
  const auto key = [](const Finding& f) {
    return std::tie(f.place, f.rule, f.subject, f.severity, f.expected, f.found, f.evidence, f.remedy, f.id, f.kind,
                    f.undecided);
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

}  // namespace supply
