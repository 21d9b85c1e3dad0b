#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/evidence/render.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/image.hpp"
#include "tools/common/trust_options.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  TrustOptions trust;
  std::string image, type, platform;
};

Result<ExitCode> judge(const Options& options, Console& console) {
  evidence::Request request;
  SUPPLY_TRY(request.platform, platform_of(options.platform));
  std::string type;  // empty: any
  if (!options.type.empty()) {
    SUPPLY_TRY(type, attest::predicate_type_of(options.type));
  }
  SUPPLY_TRY(verify::TrustPolicy policy, trust_policy_of(options.trust, console));
  const verify::Verifier verifier(std::move(policy), now());
  Stores stores(options.common, console);
  SUPPLY_TRY(const Image image, stores.judged(options.image));
  request.layers = image.local ? evidence::CheckLayers::yes : evidence::CheckLayers::no;
  request.query = {.signatures = false, .statements = true, .predicate_type = type, .unsigned_too = false};
  request.enough = [&](const evidence::ImageEvidence& so_far) {
    return evidence::satisfied(evidence::attested(so_far, type));
  };
  SUPPLY_TRY(const evidence::ImageEvidence attached,
             evidence::read(*image.store, image.root, verifier, request, stores.budget()));
  if (image.local) console.note(kDiffIdsUnchecked);
  const auto answers = evidence::attested(attached, type);
  if (options.common.json) {
    nlohmann::json record = evidence::to_json(attached, answers);
    record["image"] = options.image;
    console.print(json::to_pretty_text(record));
  } else {
    const evidence::Question question{name_with_digest(image),
                                      options.trust.asked(),
                                      {},
                                      type.empty() ? std::nullopt : std::optional(type),
                                      request.platform};
    console.print(evidence::to_text(question, attached, answers, console.style()));
  }
  if (evidence::satisfied(answers)) return ExitCode::yes;
  const std::optional<Error> why = evidence::undecided(attached, answers);
  if (!why) return ExitCode::no;
  console.warn(options.image + ": undecided: " + why->message());
  return exit_code_of(why->code());
}

Result<ExitCode> run_verify_attestation(const Options& options, Console& console) {
  Result<ExitCode> code = judge(options, console);
  if (!code && options.common.json && exit_code_of(code.error().code()) != ExitCode::usage)
    console.print(json::to_pretty_text(
        {{"version", 1}, {"image", options.image}, {"satisfied", nullptr}, {"error", to_string(code.error().code())}}));
  return code;
}

}  // namespace

void add_verify_attestation(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "verify-attestation",
      "Say whether an image has an attestation of a type by one of the keys, or by whom an identity names",
      [](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.image, "The image")->required();
        add_trust_options(verb, options.trust);
        add_predicate_type_option(verb, options.type,
                                  "The predicate's type, or a URI; without it, any, and the answer says which");
        verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
      },
      run_verify_attestation);
}

}  // namespace supply::tools
