#include "libsupply/base/finding/finding.hpp"

#include <algorithm>
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

void sort_findings(std::vector<Finding>& findings) {
  const auto key = [](const Finding& f) {
    return std::tie(f.place, f.rule, f.subject, f.severity, f.expected, f.found, f.evidence, f.remedy);
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

}  // namespace supply
