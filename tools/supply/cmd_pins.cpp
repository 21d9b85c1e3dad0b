#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/content/pins/pins.hpp"
#include "tools/common/exit_code.hpp"
#include "tools/common/findings.hpp"
#include "tools/common/target.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> paths{"."};
};

Result<ExitCode> run_pins_check(const Options& options, Console& console) {
  const AcceptedTargets accepted{console.verb(), {TargetForm::dir, TargetForm::file}, AcceptedTargets::Word::path};
  std::vector<io::Path> paths;
  for (const std::string& text : options.paths) {
    SUPPLY_TRY(const Target target, Target::parse(text, accepted));
    paths.emplace_back(target.path());
  }
  SUPPLY_TRY(const pins::Report report, pins::check(paths));
  if (options.common.json) {
    console.print(json::to_pretty_text(pins::to_json(report)));
  } else {
    console.print(findings_text(report.findings));
    for (const std::string& path : report.skipped) console.note("skipped " + path);
    for (const std::string& path : report.others) console.note("no Dockerfile, by its name and content: " + path);
    const auto failed = std::count_if(report.findings.begin(), report.findings.end(),
                                      [](const Finding& finding) { return finding.severity == Severity::error; });
    console.note(std::to_string(report.pins.size()) + " pins in " + std::to_string(report.files.size()) + " files, " +
                 std::to_string(failed) + " do not hold");
  }
  ExitCode code = has_errors(report.findings) ? ExitCode::no : ExitCode::yes;
  for (const pins::Unread& unread : report.unread) {
    console.error(unread.error);
    code = worse(code, exit_code_of(unread.error.code()));
  }
  return code;
}

}  // namespace

void add_pins(CLI::App& app, Run& run) {
  CLI::App* pins = app.add_subcommand("pins", "Pinned (and unpinned) images and hashes in files");
  pins->require_subcommand(1);
  add_verb<Options>(
      *pins, run, "check", "Say what is not pinned in Dockerfiles and requirements files",
      [](CLI::App& verb, Options& options) {
        verb.add_option("PATH", options.paths, "Files and directories")->capture_default_str();
      },
      run_pins_check);
}

}  // namespace supply::tools
