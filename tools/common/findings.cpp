#include "tools/common/findings.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::tools {
namespace {

void add(std::string& out, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  out += "  " + std::string(label) + escape_for_terminal(text) + "\n";
}

}  // namespace

std::string findings_text(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    out += escape_for_terminal(finding.place.uri);
    if (finding.place.line != 0) out += ":" + std::to_string(finding.place.line);
    out += ": " + std::string(to_string(finding.severity)) + ": " + finding.rule + "\n";
    add(out, "subject   ", finding.subject);
    add(out, "expected  ", finding.expected);
    add(out, "found     ", finding.found);
    add(out, "evidence  ", finding.evidence);
    add(out, "remedy    ", finding.remedy);
  }
  return out;
}

}  // namespace supply::tools
