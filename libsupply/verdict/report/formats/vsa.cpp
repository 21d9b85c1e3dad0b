// For the next gate: SLSA verification summaries as in-toto statements, not yet signed; one line for each image that
// was allowed or denied. Source: slsa.dev/spec/v1.2/verification_summary.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/sorted_facts.hpp"

namespace supply::report::formats {

namespace {

using supply::json::Value;

/// What was verified about the build: a level, that nobody asked, or that it failed.
std::string level(const gate::Decision& decision) {
  if (decision.verdict != gate::Verdict::allow || decision.broken_glass) return "FAILED";
  int best = 0;
  for (const gate::RuleOutcome& outcome : decision.outcomes) best = std::max(best, outcome.build_level);
  return best == 0 ? "SLSA_BUILD_LEVEL_UNEVALUATED" : "SLSA_BUILD_LEVEL_" + std::to_string(best);
}

Value digest_set(const Digest& digest) { return {{std::string(digest.algorithm()), digest.encoded()}}; }

/// What was verified: the image by the digest that was resolved; where only one platform was judged, that platform's
/// manifests, for nothing is known of the rest of the index.
Value subjects_of(const GateReport& report, const policy::Facts& facts) {
  const std::string name = facts.reference.published_name();
  Value subjects = Value::array();
  if (!report.platform) subjects.push_back({{"name", name}, {"digest", digest_set(facts.digest)}});
  std::set<Digest> manifests;
  for (const policy::PlatformFacts& each : facts.platforms) manifests.insert(each.manifest);
  if (report.platform)
    for (const Digest& manifest : manifests) subjects.push_back({{"name", name}, {"digest", digest_set(manifest)}});
  return subjects;
}

/// The image's name; a digest in it is one that was verified.
std::string resource_of(const GateReport& report, const policy::Facts& facts) {
  const oci::Selector& selector = facts.reference.selector();
  if (!report.platform || !selector.digest || facts.platforms.empty()) return facts.reference.to_string();
  return facts.reference.with({selector.tag, facts.platforms.front().manifest}).to_string();
}

Value summary(const GateReport& report, const gate::ImageDecision& judgement) {
  const policy::Facts& facts = *judgement.facts;
  Value inputs = Value::array();
  for (const EvidenceRow& piece : pieces(facts)) {
    if (piece.kind == "refused") continue;
    const auto evidence = Digest::parse(piece.evidence);
    if (!evidence) continue;
    Value input{{"digest", digest_set(*evidence)}};
    if (inputs.empty() || inputs.back() != input) inputs.push_back(std::move(input));
  }
  Value policy{{"uri", report.policy_name}};
  if (report.policy_digest) policy["digest"] = digest_set(*report.policy_digest);
  const bool passed = judgement.decision.verdict == gate::Verdict::allow && !judgement.decision.broken_glass;
  Value verifier{{"id", report.verifier_id}};
  if (!report.tool_version.empty()) verifier["version"] = {{"supply", report.tool_version}};
  Value predicate{{"verifier", std::move(verifier)},
                  {"timeVerified", to_rfc3339(report.now)},
                  {"resourceUri", resource_of(report, facts)},
                  {"policy", std::move(policy)},
                  {"inputAttestations", std::move(inputs)},
                  {"verificationResult", passed ? "PASSED" : "FAILED"},
                  {"verifiedLevels", Value::array({level(judgement.decision)})},
                  {"slsaVersion", "1.2"}};
  return {{"_type", attest::kStatementV1Type},
          {"subject", subjects_of(report, facts)},
          {"predicateType", attest::kVerificationSummaryType},
          {"predicate", std::move(predicate)}};
}

std::string write(const Run& run, const TextStyle&) {
  std::string out;
  if (!run.gate || run.gate->simulated_time) return out;  // the next gate would take it for a summary of that time
  for (const gate::ImageDecision& judgement : run.gate->images)
    if (!judgement.error && judgement.facts && judgement.decision.verdict != gate::Verdict::undecided)
      out += supply::json::to_text(summary(*run.gate, judgement)) + "\n";
  return out;
}

}  // namespace

const Format& vsa() {
  static constexpr Format format{"vsa", write, true};
  return format;
}

}  // namespace supply::report::formats
