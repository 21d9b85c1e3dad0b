#include "libsupply/verdict/gate/collect.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"
#include "libsupply/verdict/report/format.hpp"
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
  SUPPLY_TRY(const std::vector<Output> outputs, report_outputs(options.outputs, options.common.json));
  SUPPLY_TRY(const Clock clock, clock_of(options.now));
  gate::Options gate_options;
  SUPPLY_TRY(gate_options.platform, platform_of(options.platform));
  gate_options.now = clock.now;
  gate_options.simulated_time = clock.simulated;
  Stores stores(options.common, console);
  gate_options.open_store = [&](const oci::Reference& reference) { return stores.source(reference); };
  SUPPLY_TRY(const policy::Policy policy, gate::read_policy(options.policy));

  report::Report report{policy.name, policy.digest, clock.now, clock.simulated, std::string(kVersion), {}};
  ExitCode code = ExitCode::yes;
  for (const std::string& text : options.images) {
    report::ImageVerdict judgement{text, std::nullopt, {}, std::nullopt};
    Result<policy::Facts> facts = collect(text, policy, gate_options, stores);
    if (facts) {
      judgement.decision = gate::decide(*facts, policy);
      // More signatures than one run may check are a limit, and more precise than "could not find out".
      const bool unfinished = judgement.decision.verdict == gate::Verdict::undecided && facts->unfinished;
      if (unfinished) {
        console.error(Error(*facts->unfinished).at(text));
        code = worse(code, exit_code_of(facts->unfinished->code()));
      } else if (judgement.decision.verdict == gate::Verdict::undecided)
        console.error(Error(ErrorCode::unavailable, text + ": undecided: a rule could not find out (see the report)"));
      judgement.facts = *std::move(facts);
      if (!unfinished) code = worse(code, exit_code_of(judgement.decision.verdict, options.audit));
    } else {
      console.error(Error(facts.error()).at(text));
      code = worse(code, exit_code_of(facts.error().code()));
      judgement.error = std::move(facts).error();
    }
    report.images.push_back(std::move(judgement));
  }
  for (const Output& output : outputs) {
    SUPPLY_TRY(const report::Format* format, report::find_format(output.format));
    SUPPLY_TRY(deliver(console, output, format->write(report)));
  }
  return code;
}

}  // namespace

void add_gate(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "gate", "Decide by a policy whether images may be deployed",
      [](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.images, "The images")->required();
        verb.add_option("--policy", options.policy, "policy.yaml")->required();
        verb.add_option("-o,--output", options.outputs, "FORMAT[=FILE], repeated: text, json, …");
        verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        verb.add_option("--now", options.now, "The time to judge by, RFC 3339; the report is marked as simulated");
        verb.add_flag("--audit", options.audit, "Exit 0 where the answer is deny; nothing else changes");
      },
      run_gate);
}

}  // namespace supply::tools
