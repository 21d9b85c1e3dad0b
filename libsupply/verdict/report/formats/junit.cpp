// For CI systems: a suite per image, a case per rule. Source: the JUnit XML that Jenkins and GitLab read
// (junit-10.xsd).
#include <fmt/format.h>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/xml.hpp"

namespace supply::report::formats {

namespace {

std::string details(const gate::RuleOutcome& outcome) {
  std::string text;
  for (const Finding& one : outcome.findings) {
    if (one.severity == Severity::note) continue;
    if (const policy::Exception* exception = outcome.exception_for(one); exception != nullptr) {
      text += fmt::format("{}\n  excepted by {}: {}\n", one.subject, exception->owner, exception->reason);
      continue;
    }
    text += fmt::format("{}\n  expected: {}\n  found: {}\n", one.subject, one.expected, one.found);
    if (!one.evidence.empty()) text += fmt::format("  evidence: {}\n", one.evidence);
    if (!one.id.empty()) text += fmt::format("  id: {}\n", one.id);
    if (!one.remedy.empty()) text += fmt::format("  remedy: {}\n", one.remedy);
  }
  return text;
}

/// "excepted by ops until 2027-01-31T00:00:00Z: telnetd is needed", one after the other.
std::string excuses(const gate::RuleOutcome& outcome) {
  std::string text;
  for (const gate::Excused& each : outcome.excused)
    text += fmt::format("{}excepted by {} until {}: {}", text.empty() ? "" : "; ", each.exception.owner,
                        to_rfc3339(each.exception.expires), each.exception.reason);
  return text;
}

/// escape_for_terminal() would take the line ends too.
std::string xml_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += xml(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
};

void add_case(std::string& out, Counts& counts, std::string_view suite, std::string_view name, std::string_view inner) {
  ++counts.tests;
  out += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(suite), xml(name));
  out += inner.empty() ? "/>\n" : fmt::format(">\n{}    </testcase>\n", inner);
}

std::string suite(const ImageVerdict& judgement, std::string_view time, Counts& total) {
  std::string cases;
  Counts counts;
  if (judgement.error) {
    ++counts.errors;
    add_case(cases, counts, judgement.reference, "image",
             fmt::format("      <error type=\"{}\" message=\"{}\"/>\n", to_string(judgement.error->code()),
                         xml(judgement.error->message())));
  }
  for (const gate::RuleOutcome& outcome : judgement.decision.outcomes) {
    if (judgement.error) break;
    const std::string name = outcome.match.empty() ? outcome.rule : fmt::format("{} [{}]", outcome.rule, outcome.match);
    std::string inner;
    switch (outcome.status) {
      case policy::RuleStatus::denied:
        ++counts.failures;
        inner = fmt::format("      <failure type=\"denied\" message=\"denied: {}\">{}      </failure>\n",
                            xml(outcome.title), xml_lines(details(outcome)));
        break;
      case policy::RuleStatus::undecided:
        ++counts.errors;
        inner = fmt::format("      <error type=\"undecided\" message=\"undecided: {}\">{}      </error>\n",
                            xml(outcome.title), xml_lines(details(outcome)));
        break;
      case policy::RuleStatus::excepted:
        ++counts.skipped;
        inner = fmt::format("      <skipped message=\"{}\"/>\n", xml(excuses(outcome)));
        break;
      case policy::RuleStatus::satisfied: break;
    }
    add_case(cases, counts, judgement.reference, name, inner);
  }
  for (const std::string& rule : judgement.decision.not_asked) {
    if (judgement.error) break;
    ++counts.skipped;
    add_case(cases, counts, judgement.reference, rule, "      <skipped message=\"the policy does not ask\"/>\n");
  }
  std::string left_out;
  if (judgement.facts)
    for (const oci::LeftOut& each : judgement.facts->left_out)
      left_out += fmt::format("left out: {}: {}\n", each.descriptor.digest.to_string(), each.reason);
  if (!left_out.empty()) cases += fmt::format("    <system-out>{}    </system-out>\n", xml_lines(left_out));
  total.tests += counts.tests;
  total.failures += counts.failures;
  total.errors += counts.errors;
  total.skipped += counts.skipped;
  return fmt::format(
      "  <testsuite name=\"{}\" timestamp=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n{}  "
      "</testsuite>\n",
      xml(judgement.reference), time, counts.tests, counts.failures, counts.errors, counts.skipped, cases);
}

std::string write(const Report& report) {
  Counts total;
  std::string suites, time = to_rfc3339(report.now);
  time.pop_back();  // the schema's xs:dateTime comes without a zone in every reader's examples
  for (const ImageVerdict& each : report.images) suites += suite(each, time, total);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"supply gate\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n{}</testsuites>\n",
      total.tests, total.failures, total.errors, total.skipped, suites);
}

}  // namespace

const Format& junit() {
  static constexpr Format format{"junit", write};
  return format;
}

}  // namespace supply::report::formats
