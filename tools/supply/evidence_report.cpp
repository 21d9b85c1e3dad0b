#include "tools/supply/evidence_report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "tools/common/verdict.hpp"
#include "tools/common/version.hpp"

namespace supply::tools {

EvidenceReport::EvidenceReport(std::vector<Output> outputs, std::string verb, Text form)
    : outputs_(std::move(outputs)), form_(form) {
  run_.verb = std::move(verb);
  run_.tool_version = kVersion;
}

Result<EvidenceReport> EvidenceReport::begin(const std::vector<std::string>& values, bool json, const Console& console,
                                             Text text) {
  SUPPLY_TRY(std::vector<Output> outputs, report_outputs(values, json, Reports::of_any));
  if (text == Text::of_run && values.empty() && !json) outputs.clear();
  return EvidenceReport(std::move(outputs), console.verb(), text);
}

bool EvidenceReport::wants(std::string_view format) const {
  return std::any_of(outputs_.begin(), outputs_.end(), [&](const Output& each) { return each.format == format; });
}

void EvidenceReport::add(const std::string& text, report::JudgedSubject subject, std::vector<report::Asked> asked) {
  text_ += text;
  run_.asked = std::move(asked);
  run_.subjects.push_back(std::move(subject));
}

void EvidenceReport::add(const std::string& name, const Error& error, report::SubjectKind kind) {
  run_.subjects.push_back({.kind = kind, .name = name, .error = error});
}

void EvidenceReport::judge_at(const Clock& clock) {
  if (!clock.simulated) return;
  run_.time = clock.now;
  run_.simulated_time = true;
}

Status EvidenceReport::deliver(Console& console, const nlohmann::json& verbs_record) {
  nlohmann::json record = verbs_record;
  if (run_.simulated_time) record["simulatedTime"] = to_rfc3339(*run_.time);
  run_.verdict = report::overall(run_.subjects);
  for (const Output& output : outputs_) {
    std::string text = text_;
    if (output.format == "json") {
      text = json::to_pretty_text(record);
    } else if (output.format != "text" || form_ == Text::of_run) {
      SUPPLY_TRY(const report::Format* format, report::find_format(output.format));
      text = format->write(run_, output.file ? console.style_of_file() : console.style());
    }
    SUPPLY_TRY(tools::deliver(console, output, text));
  }
  if (!note_.empty()) console.note(note_);
  return {};
}

}  // namespace supply::tools
