#include "tools/common/verdict.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/version.hpp"

namespace supply::tools {
namespace {

std::vector<std::string> formats_of(Reports reports) {
  std::vector<std::string> names;
  for (const report::Format* format : report::all_formats())
    if (!format->gate_only || reports == Reports::of_gate) names.emplace_back(format->name);
  return names;
}

ExitCode exit_code_of(gate::Verdict verdict, Audit audit) {
  switch (verdict) {
    case gate::Verdict::allow: return ExitCode::yes;
    case gate::Verdict::deny: return audit == Audit::yes ? ExitCode::yes : ExitCode::no;
    case gate::Verdict::undecided: return ExitCode::unknown;
  }
  return ExitCode::unknown;
}

TextStyle style_for(const Console& console, const Output& output) {
  return output.file ? console.style_of_file() : console.style();
}

}  // namespace

void add_report_option(CLI::App& verb, std::vector<std::string>& outputs, Reports reports) {
  add_output_option(verb, outputs, formats_of(reports), "The report; without it text; repeated");
}

Result<std::vector<Output>> report_outputs(const std::vector<std::string>& values, bool json, Reports reports) {
  SUPPLY_TRY(std::vector<Output> outputs, parse_outputs(values, formats_of(reports)));
  const auto to_stdout =
      std::find_if(outputs.begin(), outputs.end(), [](const Output& output) { return !output.file; });
  if (json && to_stdout != outputs.end() && to_stdout->format != "json")
    return Error(ErrorCode::usage,
                 "--json and --output " + quote(to_stdout->format) + ": two results cannot both go to standard output");
  if ((json && to_stdout == outputs.end()) || outputs.empty())
    outputs.push_back({json ? "json" : "text", std::nullopt});
  return outputs;
}

ExitCode exit_code_of(const report::Run& run, Audit audit) {
  ExitCode code = run.subjects.empty() ? exit_code_of(run.verdict, audit) : ExitCode::yes;
  for (const report::JudgedSubject& subject : run.subjects)
    code = worse(code, subject.error ? exit_code_of(subject.error->code()) : exit_code_of(subject.verdict, audit));
  return code;
}

Result<ExitCode> deliver_run(Console& console, const std::vector<Output>& outputs, report::Run run, Audit audit) {
  run.tool_version = kVersion;
  for (const report::JudgedSubject& subject : run.subjects) {
    if (subject.error) {
      const std::string_view said = subject.error->message();
      const bool names_it = subject.kind == report::SubjectKind::file || said.starts_with(subject.name);
      console.error(names_it ? *subject.error : Error(*subject.error).at(subject.name));
    } else if (subject.verdict == gate::Verdict::undecided) {
      console.warn(subject.name + ": undecided: could not be found out: " +
                   report::rules_with(subject, policy::RuleStatus::undecided) + " (the report says why)");
    }
  }
  for (const Output& output : outputs) {
    SUPPLY_TRY(const report::Format* format, report::find_format(output.format));
    SUPPLY_TRY(deliver(console, output, format->write(run, style_for(console, output))));
  }
  return exit_code_of(run, audit);
}

Result<ExitCode> deliver_judgement(Console& console, const ReportOptions& options, const std::string& name,
                                   const std::function<Result<report::Run>()>& judge, report::SubjectKind kind) {
  SUPPLY_TRY(const std::vector<Output> outputs, report_outputs(options.outputs, options.json, Reports::of_any));
  Result<report::Run> run = judge();
  if (run) return deliver_run(console, outputs, *std::move(run));
  const bool nobody_asked = options.outputs.empty() && !options.json;
  if (nobody_asked || exit_code_of(run.error().code()) == ExitCode::usage) return std::move(run).error();
  report::Run failed = report::failed_run(console.verb(), name, std::move(run).error());
  failed.subjects.front().kind = kind;
  return deliver_run(console, outputs, std::move(failed));
}

}  // namespace supply::tools
