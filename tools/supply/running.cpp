#include "tools/supply/running.hpp"

#include "libsupply/base/http/curl_client.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/io/journal.hpp"
#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/base/limits/engine_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/engine/engine.hpp"
#include "libsupply/verdict/deploy/profiles.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"
#include "libsupply/verdict/report/dashboard_report.hpp"
#include "tools/common/collect_image.hpp"
#include "tools/common/input.hpp"
#include "tools/common/version.hpp"

namespace supply::tools {
namespace {

Result<engine::Snapshot> snapshot_of(const std::string& host) {
  SUPPLY_TRY(const std::string socket, engine::socket_of(host));
  http::CurlOptions options{.user_agent = "supply/" + std::string(kVersion), .unix_socket = socket};
  SUPPLY_TRY(const std::unique_ptr<http::Client> client, http::curl_client(std::move(options)));
  return engine::ask(*client).at(host);
}

/// What inspect says of each container, as a deployment, and what is known around it.
Result<DeploymentFiles> files_of(const RunningOptions& options, const DeploymentOptions& deployment,
                                 const engine::Snapshot& snapshot) {
  DeploymentFiles files;
  DeploymentOptions declared = deployment;
  // What is beside the files (an inventory, profiles, which have no meaning for files that are not there) is read once.
  SUPPLY_TRY(DeploymentFiles given, read_deployment(declared));
  files.around = std::move(given.around);
  if (!deployment.files.empty()) files.around.declared = std::move(given.deployment);
  for (const engine::RunningContainer& each : snapshot.containers) {
    files.given.push_back({options.host + "/containers/" + each.name + "/json", each.inspected});
    files.around.running[each.name] = each;
  }
  if (!files.given.empty()) {
    SUPPLY_TRY(files.deployment, deploy::read(files.given, {}));
  }
  for (const engine::Unasked& one : snapshot.unasked)
    files.deployment.listed.push_back({"container " + one.name, {.uri = options.host}, one.why, one.undecided});
  if (!options.lock.empty()) {
    SUPPLY_TRY(const std::string text, read_input(options.lock, "--lock", kMaxYamlTreeBytes));
    auto lock = deploy::parse_lock(text);
    if (!lock) return Error(ErrorCode::usage, "--lock " + quote(options.lock) + ": " + lock.error().message());
    files.around.lock = *std::move(lock);
  }
  return files;
}

/// The digest of a container's image in the repository that its name says, else in any.
std::string reference_of(const engine::RunningContainer& container, const std::string& name) {
  const std::string repository = deploy::full_repository(name);
  for (const std::string& each : container.image_digests)
    if (each.substr(0, each.find('@')) == repository) return "registry:" + each;
  return container.image_digests.empty() ? "" : "registry:" + container.image_digests.front();
}

report::GateReport judge_images(const std::vector<std::string>& references, const policy::Policy& policy, Time now,
                                Stores& stores) {
  gate::Options options;
  options.now = now;
  report::GateReport report{policy.name, policy.digest, now, false, std::string(kVersion), {}};
  std::vector<std::string> once;
  for (const std::string& text : references)
    if (std::find(once.begin(), once.end(), text) == once.end()) once.push_back(text);
  report.images = gate::judge_all(once, policy, [&](std::size_t i) -> Result<policy::Facts> {
    if (!once[i].starts_with("registry:"))
      return Error(ErrorCode::not_found, "the engine knows no digest of a registry for it: nothing can be asked");
    Budget budget;
    return collect_image(once[i], policy, options, stores, budget);
  });
  return report;
}

}  // namespace

Result<report::Run> judge_running(const RunningOptions& options, const DeploymentOptions& deployment,
                                  const Common& common, const Console& console) {
  report::DashboardReport report{.host = options.host, .now = now(), .has_lock = !options.lock.empty()};
  SUPPLY_TRY(report.snapshot, snapshot_of(options.host));
  SUPPLY_TRY(DeploymentFiles files, files_of(options, deployment, report.snapshot));
  deploy::Digests digests;
  for (const engine::RunningContainer& each : report.snapshot.containers) {
    std::string name;
    for (const deploy::Workload& workload : files.deployment.workloads)
      if (workload.name == each.name) name = workload.containers.front().image.value;
    std::string reference = reference_of(each, name);
    if (!reference.empty()) digests[name] = reference.substr(reference.find('@') + 1);
    report.references.push_back(reference.empty() ? name : std::move(reference));
  }
  std::optional<policy::Policy> policy;
  if (!options.policy.empty()) {
    SUPPLY_TRY(policy, gate::read_policy(options.policy));
    Stores stores(common, console);
    report.gate = judge_images(report.references, *policy, report.now, stores);
  }
  report.classic = deploy::classic_score(files.deployment);
  report.deployment = judge_deployment(deployment, std::move(files), std::move(digests), policy ? &*policy : nullptr);
  report.deployment.names = {options.host};
  report::Run run = report::run_of(report);
  if (options.history.empty()) return run;
  const std::string line = report::history_line(report, run.verdict);
  SUPPLY_TRY(const std::string last, io::append_line(options.history, line, kMaxHistoryBytes).at("--history"));
  for (report::Note& note : report::changes_since(last, report)) run.notes.push_back(std::move(note));
  return run;
}

}  // namespace supply::tools
