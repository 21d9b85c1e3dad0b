#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/evidence/render.hpp"
#include "tools/common/image.hpp"
#include "tools/common/trust_options.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  TrustOptions trust;
  std::vector<std::string> images, annotations;
  std::string platform;
};

Result<ExitCode> verify_one(const std::string& text, const Options& options, const verify::Verifier& verifier,
                            Stores& stores, nlohmann::json& records, Console& console) {
  evidence::Request request;
  SUPPLY_TRY(request.platform, platform_of(options.platform));
  SUPPLY_TRY(request.annotations, annotations_of(options.annotations));
  SUPPLY_TRY(const Image image, stores.judged(text));
  request.layers = image.local ? evidence::CheckLayers::yes : evidence::CheckLayers::no;
  request.query = {.signatures = true, .statements = false, .unsigned_too = false};
  request.enough = [](const evidence::ImageEvidence& so_far) {
    return evidence::satisfied(evidence::signed_by(so_far));
  };
  SUPPLY_TRY(const evidence::ImageEvidence attached,
             evidence::read(*image.store, image.root, verifier, request, stores.budget()).at(text));
  if (image.local) console.note(kDiffIdsUnchecked);
  const auto answers = evidence::signed_by(attached);
  if (options.common.json) {
    nlohmann::json record = evidence::to_json(attached, answers);
    record["image"] = text;
    records.push_back(std::move(record));
  } else {
    const evidence::Question question{name_with_digest(image), options.trust.asked(), request.annotations, std::nullopt,
                                      request.platform};
    console.print(evidence::to_text(question, attached, answers, console.style()));
  }
  if (evidence::satisfied(answers)) return ExitCode::yes;
  const std::optional<Error> why = evidence::undecided(attached, answers);
  if (!why) return ExitCode::no;
  console.warn(text + ": undecided: " + why->message());
  return exit_code_of(why->code());
}

Result<ExitCode> run_verify(const Options& options, Console& console) {
  SUPPLY_TRY(verify::TrustPolicy policy, trust_policy_of(options.trust, console));
  const verify::Verifier verifier(std::move(policy), now());
  nlohmann::json records = nlohmann::json::array();
  Stores stores(options.common, console);
  ExitCode code = ExitCode::yes;
  for (const std::string& text : options.images) {
    stores.begin_next();
    Result<ExitCode> one = verify_one(text, options, verifier, stores, records, console);
    if (!one) {
      console.error(one.error());
      records.push_back({{"image", text}, {"satisfied", nullptr}, {"error", to_string(one.error().code())}});
    }
    code = worse(code, one ? *one : exit_code_of(one.error().code()));
  }
  if (options.common.json) console.print(json::to_pretty_text({{"version", 1}, {"images", std::move(records)}}));
  if (code == ExitCode::no) console.note("not signed as asked");
  return code;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "verify",
      "Say whether images are signed by one of the keys, or by whom an identity names, on every platform",
      [](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.images, "The images")->required();
        add_trust_options(verb, options.trust);
        verb.add_option("-a,--annotations,--annotation", options.annotations, "key=value that the signature must say");
        verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
      },
      run_verify);
}

}  // namespace supply::tools
