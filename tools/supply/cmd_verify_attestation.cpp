#include <nlohmann/json.hpp>

#include "libsupply/base/json/error_record.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/image_evidence.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options : EvidenceOptions {
  std::string image, type;
};

Result<ExitCode> judge(const Options& options, EvidenceReport& report, Console& console) {
  const std::string text = options.cosign.image(options.image);
  evidence::Request request;
  SUPPLY_TRY(request.platform, platform_of(options.platform));
  std::string type;  // empty: any
  if (!options.type.empty()) {
    SUPPLY_TRY(type, attest::predicate_type_of(options.type));
  }
  SUPPLY_TRY(const AskedTrust trust, trust_of(options.trust, options.common, console));
  const verify::Verifier verifier(trust.policy, trust.clock.now);
  Stores stores(options.common, console);
  SUPPLY_TRY(const Image image, stores.judged(text));
  request.query = {.signatures = false, .statements = true, .predicate_type = type, .unsigned_too = false};
  request.enough = [&](const evidence::ImageEvidence& so_far) {
    return evidence::satisfied(evidence::attested(so_far, type));
  };
  SUPPLY_TRY(const evidence::ImageEvidence attached, read_evidence(image, verifier, request, stores, report));
  const auto answers = evidence::attested(attached, type);
  nlohmann::json record;
  if (report.wants("json")) record = evidence::to_json(attached, answers);
  record["image"] = options.image;
  if (trust.root) record["trustedRoot"] = trust.root->to_json();
  const evidence::Question question{
      name_with_digest(image), trust.asked,     {}, type.empty() ? std::nullopt : std::optional(type),
      request.platform,        trust.conditions};
  const ExitCode code = report.add(options.image, question, attached, answers, console);
  SUPPLY_TRY(report.deliver(console, record));
  return code;
}

Result<ExitCode> run_verify_attestation(const Options& options, Console& console) {
  SUPPLY_TRY(EvidenceReport report, EvidenceReport::begin(options.outputs, options.common.json, console));
  SUPPLY_TRY(const Clock clock, clock_of(options.trust.now));
  report.judge_at(clock);
  Result<ExitCode> code = judge(options, report, console);
  if (code || exit_code_of(code.error().code()) == ExitCode::usage) return code;
  report.add(options.image, code.error());
  SUPPLY_TRY(report.deliver(
      console,
      {{"version", 1}, {"image", options.image}, {"satisfied", nullptr}, {"error", json::error_record(code.error())}}));
  return code;
}

}  // namespace

void add_verify_attestation(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "verify-attestation",
      "Say whether an image has an attestation of a type by one of the keys, or by whom an identity names",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.image, "The image")->required();
        add_trust_options(verb, options.trust);
        add_predicate_type_option(verb, options.type,
                                  "The predicate's type, or a URI; without it, any, and the answer says which");
        add_evidence_options(verb, options, run);
      },
      run_verify_attestation);
}

}  // namespace supply::tools
