// For CI systems: a suite for each subject, a case for each rule. What is denied is a failure, what could not be found
// out an error. Source: the JUnit XML that Jenkins and GitLab read (junit-10.xsd).
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/xml.hpp"

namespace supply::report::formats {

namespace {

std::string details(const gate::RuleOutcome& outcome, SubjectKind kind) {
  std::string text;
  for (const Finding& one : outcome.findings) {
    if (one.severity == Severity::note) continue;
    if (kind == SubjectKind::file || one.place.line != 0) text += to_string(one.place) + ": ";
    text += one.subject + "\n";
    if (const policy::Exception* exception = outcome.exception_for(one); exception != nullptr) {
      text += fmt::format("  excepted by {}: {}\n", exception->owner, exception->reason);
      continue;
    }
    if (one.severity == Severity::warning) text += "  warning\n";
    text += fmt::format("  expected: {}\n  found: {}\n", one.expected, one.found);
    if (!one.evidence.empty()) text += fmt::format("  evidence: {}\n", one.evidence);
    if (!one.id.empty()) text += fmt::format("  id: {}\n", one.id);
    if (!one.remedy.empty()) text += fmt::format("  remedy: {}\n", one.remedy);
  }
  return text;
}

/// "excepted by ops until 2027-01-31T00:00:00Z: telnetd is needed", one after the other.
std::string exceptions(const gate::RuleOutcome& outcome) {
  std::string text;
  for (const gate::Excused& each : outcome.excused)
    text += fmt::format("{}excepted by {} until {}: {}", text.empty() ? "" : "; ", each.exception.owner,
                        to_rfc3339(each.exception.expires), each.exception.reason);
  return text;
}

/// escape_for_terminal() would take the line ends too.
std::string xml_lines(std::string_view text) {
  std::string out;
  for (const std::string_view line : lines(text)) out += xml(line) + "\n";
  return out;
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;

  std::string attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", tests, failures, errors, skipped);
  }
};

class Suite {
 public:
  Suite(const Run& run, const JudgedSubject& subject) : run_(run), subject_(subject) {}

  std::string write(Counts& total) {
    if (subject_.error) {
      ++counts_.errors;
      add_case(run_.verb, fmt::format("      <error type=\"{}\" message=\"{}\"/>\n", to_string(subject_.error->code()),
                                      xml(subject_.error->message())));
    }
    for (const gate::RuleOutcome& outcome : subject_.rules) add_rule(outcome);
    std::string passed_over;
    for (const Note& note : subject_.notes) {
      if (note.kind == "notAsked") {
        ++counts_.skipped;
        add_case(note.text, "      <skipped message=\"the policy does not ask\"/>\n");
      } else {
        passed_over += fmt::format("{}: {}\n", note.kind, note.text);
      }
    }
    if (!passed_over.empty()) cases_ += fmt::format("    <system-out>{}    </system-out>\n", xml_lines(passed_over));
    total.tests += counts_.tests;
    total.failures += counts_.failures;
    total.errors += counts_.errors;
    total.skipped += counts_.skipped;
    std::string time;
    if (run_.time) {
      time = to_rfc3339(*run_.time);
      time = fmt::format(" timestamp=\"{}\"", time.substr(0, time.size() - 1));  // readers expect no zone
    }
    return fmt::format("  <testsuite name=\"{}\"{} {}>\n{}  </testsuite>\n", xml(subject_.name), time,
                       counts_.attributes(), cases_);
  }

 private:
  void add_rule(const gate::RuleOutcome& outcome) {
    const std::string name = outcome.match.empty() ? outcome.rule : fmt::format("{} [{}]", outcome.rule, outcome.match);
    const std::string text = xml_lines(details(outcome, subject_.kind));
    switch (outcome.status) {
      case policy::RuleStatus::denied:
        ++counts_.failures;
        return add_case(name, fmt::format("      <failure type=\"denied\" message=\"denied: {}\">{}      </failure>\n",
                                          xml(outcome.title), text));
      case policy::RuleStatus::undecided:
        ++counts_.errors;
        return add_case(
            name,
            fmt::format("      <error type=\"undecided\" message=\"could not be found out: {}\">{}      </error>\n",
                        xml(outcome.title), text));
      case policy::RuleStatus::excepted:
        ++counts_.skipped;
        return add_case(name, fmt::format("      <skipped message=\"{}\"/>\n", xml(exceptions(outcome))));
      case policy::RuleStatus::satisfied:
        return add_case(name, text.empty() ? "" : fmt::format("      <system-out>{}      </system-out>\n", text));
    }
  }

  void add_case(std::string_view name, std::string_view inner) {
    ++counts_.tests;
    cases_ += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(subject_.name), xml(name));
    cases_ += inner.empty() ? "/>\n" : fmt::format(">\n{}    </testcase>\n", inner);
  }

  const Run& run_;
  const JudgedSubject& subject_;
  std::string cases_;
  Counts counts_;
};

std::string write(const Run& run, const TextStyle&) {
  Counts total;
  std::string suites;
  for (const JudgedSubject& subject : run.subjects) suites += Suite(run, subject).write(total);
  if (!run.notes.empty()) {
    JudgedSubject rest{.name = run.verb};
    rest.notes = run.notes;
    suites += Suite(run, rest).write(total);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"supply {}\" tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\">\n{}</testsuites>\n",
      xml(run.verb), total.tests, total.failures, total.errors, suites);
}

}  // namespace

const Format& junit() {
  static constexpr Format format{"junit", write};
  return format;
}

}  // namespace supply::report::formats
