#include <nlohmann/json.hpp>

#include "libsupply/base/json/error_record.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/image_evidence.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options : EvidenceOptions {
  std::vector<std::string> images, annotations;
};

Result<ExitCode> verify_one(const std::string& text, const Options& options, const AskedTrust& trust,
                            const verify::Verifier& verifier, Stores& stores, EvidenceReport& report,
                            nlohmann::json& records, Console& console) {
  evidence::Request request;
  SUPPLY_TRY(request.platform, platform_of(options.platform));
  SUPPLY_TRY(request.annotations, annotations_of(split_annotations(options.annotations)));
  SUPPLY_TRY(const Image image, stores.judged(text));
  request.query = {.signatures = true, .statements = false, .unsigned_too = false};
  request.enough = [](const evidence::ImageEvidence& so_far) {
    return evidence::satisfied(evidence::signed_by(so_far));
  };
  SUPPLY_TRY(const evidence::ImageEvidence attached, read_evidence(image, verifier, request, stores, report).at(text));
  const auto answers = evidence::signed_by(attached);
  if (report.wants("json")) {
    records.push_back(evidence::to_json(attached, answers));
    records.back()["image"] = text;
  }
  const evidence::Question question{name_with_digest(image), trust.asked,     request.annotations, std::nullopt,
                                    request.platform,        trust.conditions};
  return report.add(text, question, attached, answers, console);
}

Result<ExitCode> run_verify(const Options& options, Console& console) {
  SUPPLY_TRY(const AskedTrust trust, trust_of(options.trust, options.common, console));
  const verify::Verifier verifier(trust.policy, trust.clock.now);
  nlohmann::json records = nlohmann::json::array();
  SUPPLY_TRY(EvidenceReport report, EvidenceReport::begin(options.outputs, options.common.json, console));
  report.judge_at(trust.clock);
  Stores stores(options.common, console);
  ExitCode code = ExitCode::yes;
  for (const std::string& typed : options.images) {
    const std::string text = options.cosign.image(typed);
    stores.begin_next();
    Result<ExitCode> one = verify_one(text, options, trust, verifier, stores, report, records, console);
    if (!one) {
      console.error(one.error());
      report.add(text, one.error());
      records.push_back({{"image", text}, {"satisfied", nullptr}, {"error", json::error_record(one.error())}});
    }
    code = worse(code, one ? *one : exit_code_of(one.error().code()));
  }
  nlohmann::json record{{"version", 1}, {"images", std::move(records)}};
  if (trust.root) record["trustedRoot"] = trust.root->to_json();
  SUPPLY_TRY(report.deliver(console, record));
  if (code == ExitCode::no) console.note("not signed as asked");
  return code;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "verify",
      "Say whether images are signed by one of the keys, or by whom an identity names, on every platform",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.images, "The images")->required();
        add_trust_options(verb, options.trust);
        verb.add_option("-a,--annotations,--annotation", options.annotations, "key=value that the signature must say");
        add_evidence_options(verb, options, run);
      },
      run_verify);
}

}  // namespace supply::tools
