#include <filesystem>
#include <nlohmann/json.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"
#include "libsupply/verdict/policy/containers_policy.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string policy, directory;
  bool containers = false, only_signatures = false;
};

Status write_files(const Options& options, const policy::ContainersPolicy& made) {
  const std::filesystem::path directory = options.directory;
  std::error_code failed;
  std::filesystem::create_directories(directory / "registries.d", failed);
  if (failed) return Error(ErrorCode::usage, "--output-dir " + options.directory + ": " + failed.message());
  SUPPLY_TRY(io::write_file(directory / "registries.d" / "supply.yaml", made.registries_yaml));
  // The last: what it asks is found only with the other.
  return io::write_file(directory / "policy.json", made.policy_json);
}

Result<ExitCode> run_export(const Options& options, Console& console) {
  if (!options.containers) return Error(ErrorCode::usage, "say in which form: --containers-policy");
  if (options.common.json && options.directory.empty())
    return Error(ErrorCode::usage, "--json without --output-dir: policy.json is what is printed");
  SUPPLY_TRY(const policy::Policy policy, gate::read_policy(options.policy));
  const policy::ContainersPolicy made = policy::containers_policy(
      policy, options.only_signatures ? policy::OtherRules::leave_out : policy::OtherRules::reject);
  if (options.directory.empty()) console.print(made.policy_json);
  else SUPPLY_TRY(write_files(options, made));
  for (const std::string& each : made.rejected) console.warn("cannot be said, so rejected: " + each);
  for (const std::string& each : made.left_out) console.warn("cannot be said, and left out: " + each);
  for (const std::string& each : made.notes) console.note(each);
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1},
                                        {"directory", options.directory},
                                        {"rejected", made.rejected},
                                        {"leftOut", made.left_out},
                                        {"notes", made.notes}}));
  return made.rejected.empty() ? ExitCode::yes : ExitCode::no;
}

}  // namespace

void add_policy(CLI::App& app, Run& run) {
  CLI::App* policy = app.add_subcommand("policy", "A policy for other programs that enforce one");
  policy->require_subcommand(1);
  add_verb<Options>(
      *policy, run, "export", "Write a policy in the words of containers/image (podman, CRI-O, buildah, skopeo)",
      [](CLI::App& verb, Options& options) {
        verb.add_option("POLICY", options.policy, "policy.yaml")->required();
        verb.add_flag("--containers-policy", options.containers, "As policy.json and registries.d");
        verb.add_option("--output-dir", options.directory,
                        "Write policy.json and registries.d/supply.yaml there, such as /etc/containers; without it "
                        "policy.json is printed");
        verb.add_flag("--only-signatures", options.only_signatures,
                      "Leave out what these cannot ask beside signatures, instead of rejecting such images");
      },
      run_export);
}

}  // namespace supply::tools
