#include <algorithm>

#include "libsupply/verdict/gate/policy_file.hpp"
#include "libsupply/verdict/report/run.hpp"
#include "tools/common/collect_image.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/common/version.hpp"
#include "tools/supply/deployment_gate.hpp"
#include "tools/supply/summary_signing.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> images, outputs;
  std::string policy, platform, now;
  bool audit = false;
  DeploymentOptions deployment;
  PinOptions pins;
  SummaryOptions summaries;
};

/// Adds what is said of the deployment, and writes what was asked for where all is allowed.
Status add_deployment(const Options& options, DeploymentFiles files, deploy::Digests digests, report::Run& run,
                      const policy::Policy& policy, Console& console) {
  const std::vector<deploy::File> given = files.given;
  const report::DeploymentReport report =
      judge_deployment(options.deployment, std::move(files), std::move(digests), &policy);
  report::add_deployment(run, report);
  if (options.pins.lock.empty() && options.pins.pin.empty()) return {};
  std::vector<std::string> notes{"nothing was written: the verdict is " + std::string(to_string(run.verdict))};
  if (run.verdict == gate::Verdict::allow || (options.audit && run.verdict == gate::Verdict::deny)) {
    SUPPLY_TRY(notes, write_pins(options.pins, given, report, console));
  }
  for (std::string& note : notes) run.subjects.front().notes.push_back({"pin", std::move(note)});
  return {};
}

Result<ExitCode> run_gate(const Options& options, Console& console) {
  SUPPLY_TRY(std::vector<Output> outputs, report_outputs(options.outputs, options.common.json, Reports::of_gate));
  SUPPLY_TRY(const Clock clock, clock_of(options.now));
  gate::Options gate_options;
  SUPPLY_TRY(gate_options.platform, platform_of(options.platform));
  SUPPLY_TRY(check_summary_options(options.summaries, outputs, clock.simulated, gate_options.platform.has_value()));
  gate_options.now = clock.now;
  gate_options.simulated_time = clock.simulated;
  Stores stores(options.common, console);
  // Not required of the command line, for verbs below this one (gate test) do not name it.
  if (options.policy.empty()) return Error(ErrorCode::usage, "--policy is required");
  SUPPLY_TRY(const policy::Policy policy, gate::read_policy(options.policy));

  std::optional<DeploymentFiles> files;
  std::vector<std::string> images = options.images;
  std::map<std::string, std::set<std::string>> names;  // of the deployment's images, by argument
  deploy::Digests digests;
  if (!options.deployment.files.empty()) {
    SUPPLY_TRY(files, read_deployment(options.deployment));
    files->around.now = clock.now;
    for (auto& [argument, written] : image_arguments(files->deployment)) {
      images.push_back(argument);
      names[argument] = std::move(written);
    }
  } else if (images.empty()) {
    return Error(ErrorCode::usage, "IMAGE or --deployment FILE is required");
  }

  const auto is_standard_input = [](const std::string& text) { return text.ends_with(":-"); };
  if (std::count_if(images.begin(), images.end(), is_standard_input) > 1)
    return Error(ErrorCode::usage, "standard input holds one image");

  report::GateReport report{policy.name, policy.digest, clock.now, clock.simulated, std::string(kVersion), {}};
  report.platform = gate_options.platform;
  if (!options.summaries.verifier.empty()) report.verifier_id = options.summaries.verifier;
  std::vector<deploy::ImageUser> users(images.size());
  report.images = gate::judge_all(images, policy, [&](std::size_t i) {
    Budget budget;
    Result<policy::Facts> facts = collect_image(images[i], policy, gate_options, stores, budget);
    if (facts && files) users[i] = image_user(*facts);
    return facts;
  });
  for (std::size_t i = 0; i < images.size(); ++i)
    for (const std::string& name : names[images[i]])
      if (const auto& facts = report.images[i].facts) {
        digests[name] = facts->digest.to_string();
        files->around.images[name] = users[i];
      }
  report::Run run = report::run_of(std::move(report));
  if (files) SUPPLY_TRY(add_deployment(options, *std::move(files), std::move(digests), run, policy, console));
  SUPPLY_TRY(deliver_summaries(options.summaries, options.common, outputs, run, console));
  return deliver_run(console, outputs, std::move(run), options.audit ? Audit::yes : Audit::no);
}

}  // namespace

void add_gate(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "gate", "Decide by a policy whether images may be deployed",
      [](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.images, "The images");
        auto* deployment =
            verb.add_option("--deployment", options.deployment.files,
                            "A compose file or Kubernetes manifest: every image in it, and its workloads; - is "
                            "standard input; repeated");
        verb.add_option("--policy", options.policy, "policy.yaml");
        add_deployment_options(verb, options.deployment);
        verb.add_option("--lock", options.pins.lock,
                        "Write the digests of the deployment's images to a file, if all is allowed");
        verb.add_flag("--pin{.}", options.pins.pin,
                      "Fill the digests into the deployment's files, if all is allowed; --pin=- prints them");
        for (const char* its : {"--env-file", "--profile", "--profiles", "--inventory", "--secret-age", "--image-path",
                                "--score", "--lock", "--pin"})
          verb.get_option(its)->needs(deployment);
        add_report_option(verb, options.outputs, Reports::of_gate);
        add_summary_options(verb, options.summaries);
        verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        add_now_option(verb, options.now, "The time to judge by, RFC 3339; the report is marked as simulated");
        verb.add_flag("--audit", options.audit, "Exit 0 where the answer is deny; nothing else changes");
      },
      run_gate);
}

}  // namespace supply::tools
