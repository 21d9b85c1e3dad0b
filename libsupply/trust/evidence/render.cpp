// How the answers are shown.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/evidence/evidence.hpp"

namespace supply::evidence {
namespace {

std::string title(const RequiredManifest& target) {
  return (target.platform ? escape_for_terminal(target.platform->to_string()) + " " : std::string()) +
         target.manifest.to_string();
}

nlohmann::json signer(const attest::Signer& signer) {
  return {{"key", signer.key_name}, {"fingerprint", signer.fingerprint}, {"scheme", signer.scheme}};
}

// What a signature brings along that a key makes no use of, and nobody has looked at.
std::string unchecked(const attest::Signer& signer) {
  return signer.unchecked.empty() ? "" : ", not checked: " + escape_for_terminal(signer.unchecked);
}

std::string line(const attest::Verified<attest::ImageSignature>& signature) {
  std::string text = "signed by " + escape_for_terminal(signature.signer().key_name);
  for (const auto& [key, value] : signature.claim().annotations) text += " " + escape_for_terminal(key + "=" + value);
  text += unchecked(signature.signer());
  return text + " (" + signature.signer().scheme + (signature.claim().legacy ? ", simple signing" : ", bundle") + " " +
         signature.evidence().to_string() + ")";
}

std::string line(const attest::Verified<attest::Statement>& statement) {
  return "attested by " + escape_for_terminal(statement.signer().key_name) + ": " +
         escape_for_terminal(statement.claim().predicate_type) + unchecked(statement.signer()) + " (" +
         statement.signer().scheme + " " + statement.evidence().to_string() + ")";
}

nlohmann::json record(const attest::Verified<attest::ImageSignature>& signature) {
  return {{"signer", signer(signature.signer())},
          {"form", signature.claim().legacy ? "simple-signing" : "bundle"},
          {"annotations", signature.claim().annotations},
          {"subject", signature.claim().image.to_string()},
          {"evidence", signature.evidence().to_string()}};
}

nlohmann::json record(const attest::Verified<attest::Statement>& statement) {
  nlohmann::json predicate;  // null when the statement has none
  if (Result<json::Value> parsed = json::parse(statement.claim().predicate)) predicate = *std::move(parsed);
  return {{"signer", signer(statement.signer())},
          {"predicateType", statement.claim().predicate_type},
          {"predicate", std::move(predicate)},
          {"evidence", statement.evidence().to_string()}};
}

template <class Claim>
std::string text_of(const ImageEvidence& evidence, const std::vector<ManifestClaims<Claim>>& answers,
                    std::string_view no) {
  std::string out;
  for (const ManifestClaims<Claim>& answer : answers) {
    out += title(*answer.target) + "\n";
    for (const auto* claim : answer.claims) out += "  " + line(*claim) + "\n";
    if (answer.claims.empty()) out += "  " + std::string(no) + "\n";
  }
  for (const auto& [subject, outcome] : evidence.judged.outcomes)
    for (const verify::Refused& refused : outcome.refused)
      out += "  refused: " + refused.what + " " + refused.evidence.to_string() + " of " + subject.to_string() + ": " +
             refused.why + "\n";
  return out + oci::to_text(evidence.left_out);
}

template <class Claim>
nlohmann::json json_of(const ImageEvidence& evidence, const std::vector<ManifestClaims<Claim>>& answers,
                       const char* member) {
  nlohmann::json targets = nlohmann::json::array(), refusals = nlohmann::json::array();
  for (const ManifestClaims<Claim>& answer : answers) {
    nlohmann::json claims = nlohmann::json::array();
    for (const auto* claim : answer.claims) claims.push_back(record(*claim));
    const RequiredManifest& target = *answer.target;
    targets.push_back({{"digest", target.manifest.to_string()},
                       {"platform", target.platform ? nlohmann::json(target.platform->to_string()) : nlohmann::json()},
                       {"satisfied", !answer.claims.empty()},
                       {member, std::move(claims)}});
  }
  for (const auto& [subject, outcome] : evidence.judged.outcomes)
    for (const verify::Refused& refused : outcome.refused)
      refusals.push_back({{"subject", subject.to_string()},
                          {"evidence", refused.evidence.to_string()},
                          {"what", refused.what},
                          {"why", refused.why}});
  const std::optional<Error> why = undecided(evidence, answers);
  nlohmann::json record{{"version", 1},
                        {"digest", evidence.root.digest.to_string()},
                        {"satisfied", why ? nlohmann::json() : nlohmann::json(satisfied(answers))},
                        {"targets", std::move(targets)},
                        {"leftOut", oci::to_json(evidence.left_out)},
                        {"refused", std::move(refusals)}};
  if (why) record["undecided"] = why->message();
  return record;
}

}  // namespace

std::string to_text(const ImageEvidence& evidence, const std::vector<ManifestClaims<attest::ImageSignature>>& answers) {
  return text_of(evidence, answers, "not signed by any of the keys");
}

std::string to_text(const ImageEvidence& evidence, const std::vector<ManifestClaims<attest::Statement>>& answers) {
  return text_of(evidence, answers, "no such attestation by any of the keys");
}

nlohmann::json to_json(const ImageEvidence& evidence,
                       const std::vector<ManifestClaims<attest::ImageSignature>>& answers) {
  return json_of(evidence, answers, "signatures");
}

nlohmann::json to_json(const ImageEvidence& evidence, const std::vector<ManifestClaims<attest::Statement>>& answers) {
  return json_of(evidence, answers, "attestations");
}

}  // namespace supply::evidence
