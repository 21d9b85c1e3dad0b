// For code scanning: a result for each finding that denies, warns or could not be decided.
// Source: SARIF 2.1.0 (OASIS), sections 3.13, 3.14, 3.20, 3.27, 3.29, 3.30.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/file_uri.hpp"

namespace supply::report::formats {

namespace {

using supply::json::Value;

constexpr std::string_view kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

// "[text](address)" in a message is a link, and what is judged gives parts of it: its brackets are escaped (SARIF
// 2.1.0, 3.11.6).
Value text_message(std::string_view text) {
  std::string message = escape_for_terminal(text);
  for (std::size_t at = message.find("]("); at != std::string::npos; at = message.find("](", at + 3))
    message.insert(at, 1, '\\');
  return {{"text", std::move(message)}};
}

Value region(const Location& at) {
  Value value{{"startLine", at.line}};
  if (at.column != 0) value["startColumn"] = at.column;
  if (at.end_line != 0) value["endLine"] = at.end_line;
  if (at.end_column != 0) value["endColumn"] = at.end_column;
  return value;
}

Value artifact(std::string_view path) { return {{"artifactLocation", {{"uri", file_uri(path)}}}}; }

/// A file has a physical location; an image, which no viewer can open, a logical one.
Value location(const Location& at, SubjectKind kind) {
  if (kind == SubjectKind::image && at.line == 0)
    return {{"logicalLocations",
             Value::array({{{"fullyQualifiedName", escape_for_terminal(at.uri)}, {"kind", "resource"}}})}};
  Value physical = artifact(at.uri);
  if (at.line != 0) physical["region"] = region(at);
  return {{"physicalLocation", std::move(physical)}};
}

class Writer {
 public:
  explicit Writer(const Run& run) : run_(run) {}

  Value write() {
    for (const JudgedSubject& subject : run_.subjects) add(subject);
    for (const Note& note : run_.notes) notify("note", note.kind, note.text);
    const bool complete = std::none_of(run_.subjects.begin(), run_.subjects.end(),
                                       [](const JudgedSubject& subject) { return subject.error.has_value(); });
    Value invocation{{"executionSuccessful", complete}};
    // The time that a simulated run judges by is not when it ran.
    if (run_.time && !run_.simulated_time) invocation["endTimeUtc"] = to_rfc3339(*run_.time);
    if (!notifications_.empty()) invocation["toolExecutionNotifications"] = std::move(notifications_);
    Value driver{{"name", "supply"}, {"rules", std::move(rules_)}};
    if (!run_.tool_version.empty()) driver["version"] = run_.tool_version;
    Value properties{{"verb", run_.verb}, {"verdict", to_string(run_.verdict)}};
    if (run_.time && run_.simulated_time) properties["simulatedTime"] = to_rfc3339(*run_.time);
    properties["asked"] = Value::array();
    for (const Asked& asked : run_.asked) {
      Value one{{"what", asked.what}, {"text", escape_for_terminal(asked.text)}};
      if (asked.digest) one["digest"] = asked.digest->to_string();
      properties["asked"].push_back(std::move(one));
    }
    properties["images"] = Value::array();
    for (const JudgedSubject& subject : run_.subjects)
      if (subject.kind == SubjectKind::image) properties["images"].push_back(image(subject));
    return {{"tool", {{"driver", std::move(driver)}}},
            {"columnKind", "unicodeCodePoints"},
            {"invocations", Value::array({std::move(invocation)})},
            {"results", std::move(results_)},
            {"properties", std::move(properties)}};
  }

 private:
  /// What was judged: the digest that was resolved, and the platforms.
  static Value image(const JudgedSubject& subject) {
    Value value{{"name", escape_for_terminal(subject.name)},
                {"verdict", to_string(subject.verdict)},
                {"platforms", Value::array()}};
    if (subject.digest) value["digest"] = subject.digest->to_string();
    for (const JudgedPlatform& each : subject.platforms)
      value["platforms"].push_back({{"platform", escape_for_terminal(each.platform)}, {"manifest", each.manifest}});
    return value;
  }

  void add(const JudgedSubject& subject) {
    if (subject.error)
      notify("error", to_string(subject.error->code()), subject.name + ": " + subject.error->message(),
             subject.kind == SubjectKind::file ? subject.name : std::string());
    for (const Note& note : subject.notes)
      if (note.kind != "notAsked") notify("note", note.kind, subject.name + ": " + note.text);
    for (const gate::RuleOutcome& outcome : subject.rules) {
      index_of(outcome.rule, outcome.title);
      for (const Finding& finding : outcome.findings)
        if (finding.severity != Severity::note) results_.push_back(result(subject, outcome, finding));
    }
  }

  void notify(std::string_view level, std::string_view kind, const std::string& text, const std::string& file = {}) {
    Value notification{{"level", level}, {"message", text_message(text)}, {"descriptor", {{"id", kind}}}};
    if (!file.empty()) notification["locations"] = Value::array({{{"physicalLocation", artifact(file)}}});
    notifications_.push_back(std::move(notification));
  }

  /// Where in the list of rules that one is; it is put there where it is not yet.
  std::size_t index_of(const std::string& id, const std::string& title) {
    const auto [at, is_new] = indexes_.emplace(id, rules_.size());
    if (is_new) rules_.push_back({{"id", id}, {"shortDescription", text_message(title)}});
    return at->second;
  }

  /// The same for the same finding in the next run, whatever moved (3.27.17); the n-th of equal ones says so.
  std::string fingerprint(const std::string& id, const Finding& finding) {
    std::string name = finding.id.empty() ? finding.subject : finding.id;
    name.erase(std::min(name.find(" sha256:"), name.size()));  // the platform is the same in the next build
    const std::string text = id + '\n' + finding.place.uri + '\n' + name;
    return std::string(crypto::sha256(text).encoded().substr(0, 32)) + ":" + std::to_string(++seen_[text]);
  }

  Value result(const JudgedSubject& subject, const gate::RuleOutcome& outcome, const Finding& one) {
    const std::string id = one.rule == outcome.rule ? rule_and_kind(one) : one.rule;
    std::string message = one.found + " (expected: " + one.expected + ")";
    if (!one.remedy.empty()) message += "; " + one.remedy;
    const bool open = one.undecided || outcome.status == policy::RuleStatus::undecided;
    Value value{{"ruleId", id},
                {"ruleIndex", index_of(id, outcome.title)},
                // A level other than none goes only with the kind fail (3.27.10).
                {"kind", open ? "open" : "fail"},
                {"level", open ? std::string_view("none") : to_string(one.severity)},
                {"message", text_message(message)},
                {"locations", Value::array({location(one.place, subject.kind)})},
                {"partialFingerprints", {{"supplyFinding/v1", fingerprint(id, one)}}},
                {"properties", {{"subject", one.subject}, {"evidence", one.evidence}, {"id", one.id}}}};
    if (const policy::Exception* exception = outcome.exception_for(one); exception != nullptr)
      value["suppressions"] = Value::array({{{"kind", "external"},
                                             {"status", "accepted"},
                                             {"justification", exception->owner + ": " + exception->reason}}});
    return value;
  }

  const Run& run_;
  Value rules_ = Value::array(), results_ = Value::array(), notifications_ = Value::array();
  std::map<std::string, std::size_t> indexes_;
  std::map<std::string, std::size_t> seen_;
};

std::string write(const Run& run, const TextStyle&) {
  return supply::json::to_pretty_text(
      {{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Value::array({Writer(run).write()})}});
}

}  // namespace

const Format& sarif() {
  static constexpr Format format{"sarif", write};
  return format;
}

}  // namespace supply::report::formats
