#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/run_of.hpp"
#include "tools/common/target.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> paths{"."}, outputs;
};

Result<report::Run> judge(const Options& options, const Console& console) {
  const AcceptedTargets accepted{console.verb(), {TargetForm::dir, TargetForm::file}, AcceptedTargets::Word::path};
  std::vector<io::Path> paths;
  for (const std::string& text : options.paths) {
    SUPPLY_TRY(const Target target, Target::parse(text, accepted));
    paths.emplace_back(target.path());
  }
  Budget budget;
  SUPPLY_TRY(const pins::Report report, pins::check(paths, budget));
  std::size_t failed = 0;
  for (const Finding& finding : report.findings)
    if (finding.severity == Severity::error) failed += count_findings({finding});
  console.note(std::to_string(report.pins.size()) + " pins in " + std::to_string(report.files.size()) + " files, " +
               std::to_string(failed) + " do not hold");
  return report::run_of(report, options.paths);
}

Result<ExitCode> run_pins_check(const Options& options, Console& console) {
  return deliver_judgement(
      console, {options.outputs, options.common.json}, join(options.paths, ", "),
      [&] { return judge(options, console); }, report::SubjectKind::file);
}

}  // namespace

void add_pins(CLI::App& app, Run& run) {
  CLI::App* pins = app.add_subcommand("pins", "Pinned (and unpinned) images and hashes in files");
  pins->require_subcommand(1);
  add_verb<Options>(
      *pins, run, "check", "Say what is not pinned in Dockerfiles and requirements files",
      [](CLI::App& verb, Options& options) {
        verb.add_option("PATH", options.paths, "Files and directories")->capture_default_str();
        add_report_option(verb, options.outputs, Reports::of_any);
      },
      run_pins_check);
}

}  // namespace supply::tools
