// For CI systems: a suite for each subject, a case for each rule. What is denied is a failure, what could not be found
// out an error. Source: the JUnit XML that Jenkins and GitLab read (junit-10.xsd).
#include <fmt/format.h>

#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/xml.hpp"

namespace supply::report::formats {

namespace {

/// A line of a body: its words are ours, the value is whatever an image says and begins no line of its own.
std::string body_line(std::string_view words, std::string_view value) {
  return fmt::format("{}{}\n", words, xml(value));
}

/// The findings, for XML.
std::string details(const gate::RuleOutcome& outcome, SubjectKind kind) {
  std::string text;
  for (const Finding& one : outcome.findings) {
    if (one.severity == Severity::note) continue;
    const bool has_place = kind == SubjectKind::file || one.place.line != 0;
    text += body_line("finding: ", (has_place ? to_string(one.place) + ": " : "") + one.subject);
    if (const policy::Exception* exception = outcome.exception_for(one); exception != nullptr)
      text += body_line("  excepted by ", fmt::format("{} until {}: {}", exception->owner,
                                                      to_rfc3339(exception->expires), exception->reason));
    if (one.severity == Severity::warning) text += "  warning\n";
    if (one.undecided) text += "  could not be found out\n";
    text += body_line("  expected: ", one.expected);
    text += body_line("  found: ", one.found);
    if (!one.evidence.empty()) text += body_line("  evidence: ", one.evidence);
    if (!one.id.empty()) text += body_line("  id: ", one.id);
    if (!one.remedy.empty()) text += body_line("  remedy: ", one.remedy);
  }
  for (const gate::Excused& each : outcome.excused)
    for (const std::string& id : each.findings) text += body_line("exception covers: ", id);
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
        passed_over += body_line(note.kind + ": ", note.text);
      }
    }
    if (!passed_over.empty()) cases_ += fmt::format("    <system-out>{}    </system-out>\n", passed_over);
    total.tests += counts_.tests;
    total.failures += counts_.failures;
    total.errors += counts_.errors;
    total.skipped += counts_.skipped;
    std::string time;
    if (run_.time && !run_.simulated_time) {
      time = to_rfc3339(*run_.time);
      time = fmt::format(" timestamp=\"{}\"", time.substr(0, time.size() - 1));  // readers expect no zone
    }
    return fmt::format("  <testsuite name=\"{}\"{} {}>\n{}{}  </testsuite>\n", xml(subject_.name), time,
                       counts_.attributes(), properties(), cases_);
  }

 private:
  void add_rule(const gate::RuleOutcome& outcome) {
    const std::string name = outcome.match.empty() ? outcome.rule : fmt::format("{} [{}]", outcome.rule, outcome.match);
    const std::string text = details(outcome, subject_.kind);
    switch (outcome.status) {
      case policy::RuleStatus::denied:
        ++counts_.failures;
        return add_case(name, fmt::format("      <failure type=\"denied\" message=\"denied: {}\">{}      </failure>\n",
                                          xml(outcome.said()), text));
      case policy::RuleStatus::undecided:
        ++counts_.errors;
        return add_case(
            name,
            fmt::format("      <error type=\"undecided\" message=\"could not be found out: {}\">{}      </error>\n",
                        xml(outcome.said()), text));
      case policy::RuleStatus::excepted:
        ++counts_.skipped;
        return add_case(name,
                        fmt::format("      <skipped message=\"{}\"/>\n", xml(exceptions(outcome))) + printed(text));
      case policy::RuleStatus::warned:
      case policy::RuleStatus::satisfied: return add_case(name, printed(text));
    }
  }

  static std::string printed(const std::string& text) {
    return text.empty() ? "" : fmt::format("      <system-out>{}      </system-out>\n", text);
  }

  static std::string property(std::string_view name, std::string_view value) {
    return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xml(name), xml(value));
  }

  /// What was asked, by which time, and of what: the digest that was resolved and the platforms that were judged.
  std::string properties() const {
    if (subject_.kind == SubjectKind::file) return {};  // one of many, each by its own name
    std::string all;
    for (const Asked& asked : run_.asked)
      all += property(asked.what, asked.text + (asked.digest ? " " + asked.digest->to_string() : ""));
    if (run_.time && run_.simulated_time) all += property("simulatedTime", to_rfc3339(*run_.time));
    if (subject_.digest) all += property("digest", subject_.digest->to_string());
    for (const JudgedPlatform& each : subject_.platforms)
      all += property("judged", each.platform + " " + each.manifest);
    return all.empty() ? all : fmt::format("    <properties>\n{}    </properties>\n", all);
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
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"supply {}{}\" tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\">\n{}</testsuites>\n",
      xml(run.verb), run.simulated_time ? " (simulated time)" : "", total.tests, total.failures, total.errors, suites);
}

}  // namespace

const Format& junit() {
  static constexpr Format format{"junit", write};
  return format;
}

}  // namespace supply::report::formats
