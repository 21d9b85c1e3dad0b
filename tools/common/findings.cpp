#include "tools/common/findings.hpp"

#include "libsupply/base/bytes/text.hpp"

namespace supply::tools {
namespace {

void add(std::string& out, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  const std::string quoted = quote(text);  // escapes what could steer a terminal
  out += "  " + std::string(label) + quoted.substr(1, quoted.size() - 2) + "\n";
}

}  // namespace

std::string findings_text(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    const std::string where = quote(finding.place.uri);
    out += where.substr(1, where.size() - 2);
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
