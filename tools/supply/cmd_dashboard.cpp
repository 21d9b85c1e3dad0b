#include <thread>

#include "libsupply/base/text/text.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/supply/deployment_files.hpp"
#include "tools/supply/running.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  DeploymentOptions deployment;
  RunningOptions running;
  std::string every, now;
  std::vector<std::string> outputs;
};

Result<ExitCode> show_once(const Options& options, Console& console, std::chrono::seconds refresh) {
  const std::string name = options.running.host.empty() ? join(options.deployment.files, ", ") : options.running.host;
  return deliver_judgement(
      console, {options.outputs, options.common.json}, name,
      [&]() -> Result<report::Run> {
        if (!options.running.host.empty()) {
          SUPPLY_TRY(report::Run run, judge_running(options.running, options.deployment, options.common, console));
          run.refresh = refresh;
          return run;
        }
        SUPPLY_TRY(const Clock clock, clock_of(options.now));
        SUPPLY_TRY(DeploymentFiles files, read_deployment(options.deployment));
        files.around.now = clock.now;
        report::Run run = report::run_of(judge_deployment(options.deployment, std::move(files), {}), "dashboard");
        if (clock.simulated) run.time = clock.now, run.simulated_time = true;
        return run;
      },
      report::SubjectKind::file);
}

Result<ExitCode> run_dashboard(const Options& options, Console& console) {
  const RunningOptions& running = options.running;
  if (running.host.empty()) {
    if (options.deployment.files.empty()) return Error(ErrorCode::usage, "FILE or --host is required");
    if (!running.lock.empty() || !running.policy.empty() || !running.history.empty() || !options.every.empty())
      return Error(ErrorCode::usage, "--lock, --policy, --history and --every belong to --host");
  }
  if (!running.host.empty() && !options.now.empty())
    return Error(ErrorCode::usage, "--now goes with files: what runs is judged as it is now");
  if (options.every.empty()) return show_once(options, console, std::chrono::seconds(0));
  SUPPLY_TRY(const std::chrono::milliseconds every, duration_of(options.every, "--every"));
  if (every < std::chrono::seconds(1)) return Error(ErrorCode::usage, "--every: at least 1s");
  SUPPLY_TRY(const std::vector<Output> outputs, report_outputs(options.outputs, options.common.json, Reports::of_any));
  for (const Output& output : outputs)
    if (!output.file || *output.file == "-")
      return Error(ErrorCode::usage,
                   "--every wants files, such as -o html=FILE: each report takes the last one's place");
  for (;;) {  // until somebody ends it
    const auto next = std::chrono::steady_clock::now() + every;
    // A page that says what went wrong takes the place of one that is true no more; a wrong command ends it.
    SUPPLY_TRY(const ExitCode code, show_once(options, console, std::chrono::ceil<std::chrono::seconds>(every)));
    console.detail("exit code of this look: " + std::to_string(static_cast<int>(code)));
    std::this_thread::sleep_until(next);
  }
}

}  // namespace

void add_dashboard(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "dashboard", "The score and the standing of every workload: of deployment files, or of what runs",
      [](CLI::App& verb, Options& options) {
        verb.add_option("FILE", options.deployment.files,
                        "compose files, Kubernetes manifests, what docker inspect prints; - is standard input. With "
                        "--host: what should run");
        verb.add_option("--host", options.running.host,
                        "A container engine whose containers are asked about, by GET requests alone: "
                        "unix:///run/docker.sock, unix:///run/podman/podman.sock");
        verb.add_option("--lock", options.running.lock, "The lock that gate --lock wrote: what runs must be in it");
        verb.add_option("--policy", options.running.policy, "policy.yaml: what the gate says of each image that runs");
        verb.add_option("--history", options.running.history, "A file that a line of JSON is added to for each look");
        verb.add_option("--every", options.every, "Look again after so long (60s), and write the reports anew");
        add_now_option(verb, options.now, "The time to judge by, RFC 3339; the report is marked as simulated");
        add_deployment_options(verb, options.deployment);
        add_report_option(verb, options.outputs, Reports::of_any);
      },
      run_dashboard);
}

}  // namespace supply::tools
