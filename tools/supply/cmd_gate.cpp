#include <algorithm>

#include "libsupply/verdict/gate/collect.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"
#include "libsupply/verdict/report/run.hpp"
#include "tools/common/image.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/common/version.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> images, outputs;
  std::string policy, platform, now;
  bool audit = false;
};

Result<policy::Facts> collect(const std::string& text, const policy::Policy& policy, gate::Options options,
                              Stores& stores) {
  SUPPLY_TRY(const oci::Reference reference, stores.reference(text, kImagesWithDigest));
  SUPPLY_TRY(const std::unique_ptr<store::ImageSource> store, stores.source(reference));
  if (reference.kind() == oci::Reference::Kind::registry) options.layers = evidence::CheckLayers::no;
  return gate::collect(*store, reference, policy, options, stores.budget());
}

Result<ExitCode> run_gate(const Options& options, Console& console) {
  SUPPLY_TRY(const std::vector<Output> outputs, report_outputs(options.outputs, options.common.json, Reports::of_gate));
  SUPPLY_TRY(const Clock clock, clock_of(options.now));
  const auto is_summary = [](const Output& output) { return output.format == "vsa"; };
  if (clock.simulated && std::any_of(outputs.begin(), outputs.end(), is_summary))
    return Error(ErrorCode::usage,
                 "--now with -o vsa: a verification summary says when it was verified, and is made of no "
                 "simulated time");
  gate::Options gate_options;
  SUPPLY_TRY(gate_options.platform, platform_of(options.platform));
  gate_options.now = clock.now;
  gate_options.simulated_time = clock.simulated;
  Stores stores(options.common, console);
  gate_options.open_store = [&](const oci::Reference& reference) { return stores.source(reference); };
  SUPPLY_TRY(const policy::Policy policy, gate::read_policy(options.policy));

  report::GateReport report{policy.name, policy.digest, clock.now, clock.simulated, std::string(kVersion), {}};
  report.platform = gate_options.platform;
  for (const std::string& text : options.images) {
    stores.begin_next();
    report::ImageVerdict image{text, std::nullopt, {}, std::nullopt};
    Result<policy::Facts> facts = collect(text, policy, gate_options, stores);
    if (facts) {
      image.decision = gate::decide(*facts, policy);
      facts->release_contents();
      image.facts = *std::move(facts);
    } else {
      image.error = std::move(facts).error();
    }
    report.images.push_back(std::move(image));
  }
  return deliver_run(console, outputs, report::run_of(std::move(report)), options.audit ? Audit::yes : Audit::no);
}

}  // namespace

void add_gate(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "gate", "Decide by a policy whether images may be deployed",
      [](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.images, "The images")->required();
        verb.add_option("--policy", options.policy, "policy.yaml")->required();
        add_report_option(verb, options.outputs, Reports::of_gate);
        verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        verb.add_option("--now", options.now, "The time to judge by, RFC 3339; the report is marked as simulated");
        verb.add_flag("--audit", options.audit, "Exit 0 where the answer is deny; nothing else changes");
      },
      run_gate);
}

}  // namespace supply::tools
