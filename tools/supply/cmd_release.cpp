#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"
#include "libsupply/verdict/release/release.hpp"
#include "libsupply/verdict/report/run.hpp"
#include "tools/common/image.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/common/version.hpp"
#include "tools/supply/provenance_options.hpp"
#include "tools/supply/signing.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  BuildOptions build;
  SigningOptions signing;
  std::string image, policy;
  std::vector<std::string> annotations, outputs;
  bool judge_first = false;
};

Result<ExitCode> run_release(const Options& options, Console& console) {
  SUPPLY_TRY(std::vector<Output> outputs, report_outputs(options.outputs, options.common.json, Reports::of_gate));
  SUPPLY_TRY(const policy::Policy policy, gate::read_policy(options.policy));
  SUPPLY_TRY(const auto annotations, annotations_of(split_annotations(options.annotations)));
  SUPPLY_TRY(const std::optional<Time> epoch, source_date_epoch());
  SUPPLY_TRY(const provenance::GeneratedProvenance made, make_provenance(options.build, console));
  Stores stores(options.common, console);
  SUPPLY_TRY(const oci::Reference reference, stores.reference(options.image, kImagesWithDigest));
  SUPPLY_TRY(const std::unique_ptr<Signing> signing, Signing::open(options.signing, options.common, console));
  release::Request request{signing->signer(),
                           policy,
                           made.predicate,
                           annotations,
                           now(),
                           epoch,
                           "supply-" + std::string(kVersion),
                           [&](const oci::Reference& base) { return stores.source(base); }};
  request.services = signing->services();
  if (options.judge_first) request.judge_first = release::JudgeFirst::yes;
  // With --json, what goes to standard output as JSON is the release's own record; the rest is the gate's report.
  const auto is_own = [&](const Output& output) {
    return options.common.json && output.format == "json" && !output.file;
  };
  const bool own_record = std::erase_if(outputs, is_own) > 0;
  report::GateReport report{policy.name, policy.digest, request.now, false, std::string(kVersion), {}};
  const auto release = [&]() -> Result<release::Release> {
    SUPPLY_TRY(const std::unique_ptr<store::ContentStore> store, stores.target(reference));
    return release::release(*store, reference, request, stores.budget()).at(options.image);
  };
  const auto made_release = release();
  if (!made_release) {
    const Error& error = made_release.error();
    const bool nobody_asked = options.outputs.empty() && !options.common.json;
    if (nobody_asked || exit_code_of(error.code()) == ExitCode::usage) return error;
    if (own_record) console.print(json::to_pretty_text(release::failure_to_json(options.image, error)));
    report.images.push_back({options.image, std::nullopt, {}, error});
    return deliver_run(console, outputs, report::run_of(std::move(report)));
  }
  const release::Release& released = *made_release;
  for (const release::AttachedReferrer& attachment : released.attachments)
    console.note("attached " + attachment.what + " of " + attachment.subject.to_string() + ": " +
                 attachment.referrer.to_string());
  if (released.attachments.empty())
    console.warn("nothing was attached: the gate's answer is " +
                 std::string(gate::to_string(released.decision.verdict)));
  if (const std::string standing = release::standing(released, reference); !standing.empty()) console.warn(standing);
  for (const std::string& missing : released.not_done) console.warn("not done: " + missing);
  if (own_record) console.print(json::to_pretty_text(release::to_json(released)));
  report.images.push_back({options.image, released.facts, released.decision, std::nullopt});
  return deliver_run(console, outputs, report::run_of(std::move(report)));
}

}  // namespace

void add_release(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "release", "SBOM, provenance, signature, all attached, each layer read once; then the gate",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.image, "The image")->required();
        verb.add_option("--policy", options.policy, "policy.yaml")->required();
        verb.add_option("-a,--annotations,--annotation", options.annotations, "key=value, signed with the image");
        add_report_option(verb, options.outputs, Reports::of_gate);
        verb.add_flag("--judge-first", options.judge_first,
                      "Attach nothing unless the gate allows the image; else all is attached, whatever it says");
        add_build_options(verb, options.build);
        add_signing_options(verb, options.signing);
        add_cosign_refusals(verb, run);
      },
      run_release);
}

}  // namespace supply::tools
