// What every verb that ends in a verdict shares: -o, the reports, what stderr says, the exit code.
#pragma once

#include <functional>

#include "libsupply/verdict/report/run.hpp"
#include "tools/common/console.hpp"
#include "tools/common/exit_code.hpp"

namespace CLI {
class App;
}

namespace supply::tools {

/// Which formats a verb can write: only the gate knows what a verification summary says.
enum class Reports { of_gate, of_any };
enum class Audit { no, yes };

/// Adds -o.
void add_report_option(CLI::App& verb, std::vector<std::string>& outputs, Reports reports);
/// -o of a report, and json to standard output where --json was said; without any, text. Errors: usage (also --json
/// beside another format to standard output).
Result<std::vector<Output>> report_outputs(const std::vector<std::string>& values, bool json, Reports reports);

/// The worst of the subjects: of one with an error that of the error, else its verdict's. --audit turns a deny into 0,
/// and nothing else.
ExitCode exit_code_of(const report::Run& run, Audit audit = Audit::no);
/// Writes the run in every form that was asked, says on stderr what could not be found out, and returns the exit code.
/// Errors: those of the files.
Result<ExitCode> deliver_run(Console& console, const std::vector<Output>& outputs, report::Run run,
                             Audit audit = Audit::no);

/// -o and --json, as typed.
struct ReportOptions {
  const std::vector<std::string>& outputs;
  bool json;
};
/// The same for a verb that judges one image, or files. Where it could not, a report that -o or --json asked for says
/// why; without them, and for a wrong command, the error is the answer.
Result<ExitCode> deliver_judgement(Console& console, const ReportOptions& options, const std::string& name,
                                   const std::function<Result<report::Run>()>& judge,
                                   report::SubjectKind kind = report::SubjectKind::image);

}  // namespace supply::tools
