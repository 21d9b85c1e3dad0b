#include "libsupply/verdict/gate/policy_file.hpp"
#include "libsupply/verdict/report/run.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/supply/gate_cases.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> outputs;
  std::string directory, policy, old_policy, new_policy;
};

report::Run run_of(const std::string& verb, const std::string& directory, const policy::Policy& policy) {
  report::Run run;
  run.verb = verb;
  run.asked = {{"cases", cases_path(directory).string()}, {"policy", policy.name, policy.digest}};
  return run;
}

Result<ExitCode> run_test(const Options& options, Console& console) {
  SUPPLY_TRY(const std::vector<Output> outputs, report_outputs(options.outputs, options.common.json, Reports::of_any));
  SUPPLY_TRY(const policy::CaseFile file, read_cases(options.directory));
  const io::Path named = options.policy.empty() ? io::Path(options.directory) / file.policy : io::Path(options.policy);
  SUPPLY_TRY(const policy::Policy policy, gate::read_policy(named));
  Stores stores(options.common, console);
  report::Run run = run_of("gate test", options.directory, policy);
  for (const policy::Case& one : file.cases) {
    report::JudgedSubject subject{.name = one.name};
    SUPPLY_TRY(const gate::ImageDecision rehearsed, rehearse(stores, options.directory, one, policy));
    subject.rules = {report::outcome_of("expectation", "the gate answers what the case expects",
                                        gate::compare(one, rehearsed, cases_path(options.directory).string()))};
    subject.verdict = report::verdict_of(subject.rules);
    if (rehearsed.facts) subject.digest = rehearsed.facts->digest;
    run.subjects.push_back(std::move(subject));
  }
  run.verdict = report::overall(run.subjects);
  return deliver_run(console, outputs, std::move(run));
}

Result<ExitCode> run_diff(const Options& options, Console& console) {
  SUPPLY_TRY(const std::vector<Output> outputs, report_outputs(options.outputs, options.common.json, Reports::of_any));
  SUPPLY_TRY(const policy::CaseFile file, read_cases(options.directory));
  SUPPLY_TRY(const policy::Policy before, gate::read_policy(options.old_policy));
  SUPPLY_TRY(const policy::Policy after, gate::read_policy(options.new_policy));
  Stores stores(options.common, console);
  report::Run run = run_of("gate diff", options.directory, before);
  run.asked.push_back({"new policy", after.name, after.digest});
  for (const policy::Case& one : file.cases) {
    report::JudgedSubject subject{.name = one.name};
    SUPPLY_TRY(const gate::ImageDecision old_answer, rehearse(stores, options.directory, one, before));
    SUPPLY_TRY(const gate::ImageDecision new_answer, rehearse(stores, options.directory, one, after));
    subject.rules = {
        report::outcome_of("diff", "both policies give one verdict",
                           gate::differences(one, old_answer, new_answer, cases_path(options.directory).string()))};
    subject.verdict = report::verdict_of(subject.rules);
    run.subjects.push_back(std::move(subject));
  }
  run.verdict = report::overall(run.subjects);
  return deliver_run(console, outputs, std::move(run));
}

}  // namespace

void add_gate_cases(CLI::App& app, Run& run) {
  CLI::App* gate = app.get_subcommand(std::string("gate"));
  add_verb<Options>(
      *gate, run, "test", "Try a policy on recorded images, at the time of each case",
      [](CLI::App& verb, Options& options) {
        verb.add_option("DIR", options.directory, "With cases.yaml")->required();
        verb.add_option("--policy", options.policy, "Another policy than the one in cases.yaml");
        add_report_option(verb, options.outputs, Reports::of_any);
      },
      run_test);
  add_verb<Options>(
      *gate, run, "diff", "What another policy would change, on recorded images",
      [](CLI::App& verb, Options& options) {
        verb.add_option("OLD", options.old_policy, "policy.yaml")->required();
        verb.add_option("NEW", options.new_policy, "Another one")->required();
        verb.add_option("--cases", options.directory, "A directory of gate record")->required();
        add_report_option(verb, options.outputs, Reports::of_any);
      },
      run_diff);
}

}  // namespace supply::tools
