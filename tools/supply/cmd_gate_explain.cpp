#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/deploy/deployment_rule.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/run.hpp"
#include "tools/common/collect_image.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/common/version.hpp"
#include "tools/supply/gate_cases.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> images, outputs;
  std::string policy, now, what;
};

/// Of the report only what is said of one finding.
void keep_only(const std::string& id, gate::Decision& decision) {
  for (gate::RuleOutcome& outcome : decision.outcomes)
    std::erase_if(outcome.findings, [&](const Finding& one) { return one.id != id && one.subject != id; });
  std::erase_if(decision.outcomes, [](const gate::RuleOutcome& outcome) { return outcome.findings.empty(); });
}

// Of a rule over deployments; "read-only" is "deploy/read-only".
const deploy::DeploymentRule* find_deployment_rule(std::string_view what) {
  if (what.starts_with("deploy/")) what.remove_prefix(7);
  for (const deploy::DeploymentRule* rule : deploy::all_rules())
    if (rule->id.substr(7) == what) return rule;
  return nullptr;
}

ExitCode explain_deployment_rule(const deploy::DeploymentRule& rule, const Options& options, Console& console) {
  constexpr std::string_view kMember = "workloads (and --deployment, dashboard)";
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1},
                                        {"rule", rule.id},
                                        {"title", rule.title},
                                        {"noTitle", rule.title},
                                        {"member", kMember},
                                        {"guide", rule.guide},
                                        {"schema", json::Value::object()}}));
  else
    console.print(std::string(rule.id) + ": " + std::string(rule.title) + "\nasked by: " + std::string(kMember) +
                  "\n\n" + std::string(rule.guide) + ".\n");
  return ExitCode::yes;
}

Result<ExitCode> run_explain(const Options& options, Console& console) {
  SUPPLY_TRY(const std::vector<Output> outputs, report_outputs(options.outputs, options.common.json, Reports::of_gate));
  if (const policy::Rule* rule = policy::find_rule(options.what); rule != nullptr) {
    if (!options.policy.empty() || !options.images.empty())
      return Error(ErrorCode::usage, options.what +
                                         " is a rule, which is explained without an image and --policy; a "
                                         "finding's id is explained with them");
    const std::string text = std::string(rule->id) + ": " + std::string(rule->title) +
                             "\nasked by: " + std::string(rule->member) + "\n\n" + std::string(rule->guide) + "\n";
    if (options.common.json)
      console.print(json::to_pretty_text({{"version", 1},
                                          {"rule", rule->id},
                                          {"title", rule->title},
                                          {"noTitle", rule->denied},
                                          {"member", rule->member},
                                          {"guide", rule->guide},
                                          {"schema", nlohmann::json::parse(rule->schema)}}));
    else console.print(text);
    return ExitCode::yes;
  }
  if (const deploy::DeploymentRule* rule = find_deployment_rule(options.what); rule != nullptr)
    return explain_deployment_rule(*rule, options, console);
  if (options.policy.empty() || options.images.empty()) {
    std::string known;
    for (const policy::Rule* each : policy::all_rules()) known += (known.empty() ? "" : ", ") + std::string(each->id);
    for (const deploy::DeploymentRule* each : deploy::all_rules()) known += ", " + std::string(each->id);
    return Error(ErrorCode::usage,
                 options.what + ": no rule; for a finding, name its image and --policy (rules: " + known + ")");
  }
  SUPPLY_TRY(const Clock clock, clock_of(options.now));
  SUPPLY_TRY(const policy::Policy policy, gate::read_policy(options.policy));
  Stores stores(options.common, console);
  report::GateReport report{policy.name, policy.digest, clock.now, clock.simulated, std::string(kVersion), {}};
  bool found = false;
  for (const std::string& text : options.images) {
    Budget budget;
    gate::Options how;
    how.now = clock.now;
    how.simulated_time = clock.simulated;
    SUPPLY_TRY(policy::Facts facts, collect_image(text, policy, how, stores, budget));
    gate::ImageDecision one = gate::judge(text, std::move(facts), policy);
    keep_only(options.what, one.decision);
    found = found || !one.decision.outcomes.empty();
    report.images.push_back(std::move(one));
  }
  if (!found) return Error(ErrorCode::usage, options.what + ": no rule, and no finding of these images has that id");
  const report::Run run = report::run_of(std::move(report));
  for (const Output& output : outputs) {
    SUPPLY_TRY(const report::Format* format, report::find_format(output.format));
    TextStyle style = console.style();
    style.verbose = true;  // an explanation leaves out nothing
    SUPPLY_TRY(deliver(console, output, format->write(run, style)));
  }
  return ExitCode::yes;
}

}  // namespace

void add_gate_explain(CLI::App& gate, Run& run) {
  add_verb<Options>(
      gate, run, "explain", "What a rule asks, or why a finding is there",
      [](CLI::App& verb, Options& options) {
        verb.add_option("WHAT", options.what, "A rule, or the id of a finding")->required();
        verb.add_option("IMAGE", options.images, "The images that have the finding");
        verb.add_option("--policy", options.policy, "policy.yaml");
        add_now_option(verb, options.now, "The time to judge by, RFC 3339");
        add_report_option(verb, options.outputs, Reports::of_gate);
      },
      run_explain);
}

}  // namespace supply::tools
