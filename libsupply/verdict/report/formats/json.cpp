// For programs: one record, the verb's own members and, of verbs other than the gate (whose `images` say it), each
// subject's rules and findings. Schemas: schemas/VERB.schema.json, schemas/gate-report.schema.json.
#include "libsupply/base/json/json.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/error_record.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/excused.hpp"
#include "libsupply/verdict/report/internal/gate_record.hpp"

namespace supply::report::formats {

namespace {

using supply::json::Value;

Value notes_json(const std::vector<Note>& notes) {
  Value list = Value::array();
  for (const Note& note : notes) list.push_back({{"kind", note.kind}, {"text", note.text}});
  return list;
}

Value rule_json(const gate::RuleOutcome& outcome) {
  Value findings = Value::array();
  for (const Finding& finding : outcome.findings) findings.push_back(to_json(finding));
  Value value{{"rule", outcome.rule},
              {"title", outcome.title},
              {"status", to_string(outcome.status)},
              {"findings", std::move(findings)}};
  add_exceptions(value, outcome);
  return value;
}

Value subject_json(const JudgedSubject& subject) {
  Value value{{"kind", subject.kind == SubjectKind::file ? "file" : "image"},
              {"name", subject.name},
              {"verdict", to_string(subject.verdict)},
              {"rules", Value::array()},
              {"notes", notes_json(subject.notes)}};
  if (subject.digest) value["digest"] = subject.digest->to_string();
  if (subject.error) value["error"] = supply::json::error_record(*subject.error);
  for (const gate::RuleOutcome& outcome : subject.rules) value["rules"].push_back(rule_json(outcome));
  return value;
}

std::string write(const Run& run, const TextStyle&) {
  Value value = run.details.empty() ? Value::object() : Value::parse(run.details);
  if (run.gate) value.update(gate_record(*run.gate));
  value["version"] = 1;
  value["kind"] = run.verb;
  value["tool"] = {{"name", "supply"}, {"version", run.tool_version}};
  value["verdict"] = to_string(run.verdict);
  if (run.gate) return supply::json::to_pretty_text(value);
  value["subjects"] = Value::array();
  for (const JudgedSubject& subject : run.subjects) value["subjects"].push_back(subject_json(subject));
  value["notes"] = notes_json(run.notes);
  return supply::json::to_pretty_text(value);
}

}  // namespace

const Format& json() {
  static constexpr Format format{"json", write};
  return format;
}

}  // namespace supply::report::formats
