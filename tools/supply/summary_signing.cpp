#include "tools/supply/summary_signing.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/predicates/verification_summary.hpp"
#include "libsupply/trust/sign/sign_image.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/image.hpp"
#include "tools/supply/signing.hpp"

namespace supply::tools {
namespace {

bool is_summary(const Output& output) { return output.format == "vsa"; }

/// The statements, and the image that each is about, in the same order.
struct Summaries {
  std::vector<std::string> statements;
  std::vector<const gate::ImageDecision*> images;
};

Result<Summaries> summaries_of(const report::Run& run) {
  Summaries all;
  SUPPLY_TRY(const report::Format* format, report::find_format("vsa"));
  const std::string text = format->write(run, TextStyle());
  for (const std::string_view line : split(text, '\n'))
    if (!line.empty()) all.statements.emplace_back(line);
  if (run.gate)
    for (const gate::ImageDecision& image : run.gate->images)
      if (!image.error && image.facts && image.decision.verdict != gate::Verdict::undecided)
        all.images.push_back(&image);
  if (all.images.size() != all.statements.size())
    return Error(ErrorCode::internal, "summaries and images are not of one number");
  return all;
}

Status attach(const std::string& statement, const gate::ImageDecision& judged, const Signing& signing, Stores& stores,
              Console& console) {
  SUPPLY_TRY(const json::Value parsed, json::parse(statement));
  SUPPLY_TRY(const OpenImage image, stores.changed(judged.reference));
  if (image.root.digest != judged.facts->digest)
    return Error(ErrorCode::mismatch, judged.reference + " leads to " + image.root.digest.to_string() +
                                          " by now, and what was judged is " + judged.facts->digest.to_string());
  SUPPLY_TRY(const Digest attached,
             sign::attest_image(*image.store, signing.signer(), {image.root, image.reference.published_name()},
                                predicates::kVerificationSummaryType, json::to_text(parsed.at("predicate")),
                                {.now = judged.facts->now}));
  SUPPLY_TRY(image.store->commit().at(judged.reference));
  console.note("attested the summary of " + image.reference.name() + "@" + image.root.digest.to_string() + ": " +
               attached.to_string());
  return {};
}

}  // namespace

void add_summary_options(CLI::App& verb, SummaryOptions& options) {
  verb.add_option("--key", options.key, "The key that signs the verification summaries of -o vsa and --attest");
  verb.add_option("--verifier-id", options.verifier, "Who judges, a URI, in verification summaries")
      ->default_str("urn:supply:gate");
  verb.add_flag("--attest", options.attest, "Sign a verification summary of each verdict and attach it to its image");
}

Status check_summary_options(const SummaryOptions& options, const std::vector<Output>& outputs, bool is_simulated,
                             bool is_one_platform) {
  const bool asked = std::any_of(outputs.begin(), outputs.end(), is_summary);
  if (is_simulated && (asked || options.attest))
    return Error(ErrorCode::usage, std::string("--now with ") + (options.attest ? "--attest" : "-o vsa") +
                                       ": a verification summary says when it was verified, and is made of no "
                                       "simulated time");
  if (options.attest && options.key.empty()) return Error(ErrorCode::usage, "--attest signs: say --key");
  if (options.attest && is_one_platform)
    return Error(ErrorCode::usage, "--attest with --platform: name the platform's image by its digest");
  if (!options.key.empty() && !asked && !options.attest)
    return Error(ErrorCode::usage,
                 "--key signs verification summaries: say -o vsa=FILE or --attest (whose signatures an image must "
                 "have, the policy says)");
  if (!options.verifier.empty() && !asked && !options.attest)
    return Error(ErrorCode::usage, "--verifier-id is for verification summaries: say -o vsa=FILE or --attest");
  return {};
}

Status deliver_summaries(const SummaryOptions& options, const Common& common, std::vector<Output>& outputs,
                         const report::Run& run, Console& console) {
  if (options.key.empty()) return {};
  SUPPLY_TRY(const Summaries all, summaries_of(run));
  SigningOptions by_key;
  by_key.key = options.key;
  SUPPLY_TRY(const std::unique_ptr<Signing> signing, Signing::open(by_key, common, console));
  std::string envelopes;
  for (const std::string& statement : all.statements) {
    SUPPLY_TRY(const std::string bundle, sign::sign_statement(signing->signer(), statement));
    SUPPLY_TRY(const json::Value parsed, json::parse(bundle));
    envelopes += json::to_text(parsed.at("dsseEnvelope")) + "\n";
  }
  for (const Output& output : outputs)
    if (is_summary(output)) SUPPLY_TRY(deliver(console, output, envelopes));
  std::erase_if(outputs, is_summary);
  if (!options.attest) return {};
  Stores stores(common, console);
  for (std::size_t i = 0; i < all.statements.size(); ++i)
    SUPPLY_TRY(attach(all.statements[i], *all.images[i], *signing, stores, console));
  return {};
}

}  // namespace supply::tools
