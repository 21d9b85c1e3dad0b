#include "libsupply/trust/evidence/render.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::evidence {
namespace {

// What a signature brings along that a key makes no use of, and nobody has looked at.
std::string unchecked(const attest::SignerIdentity& signer) {
  return signer.unchecked.empty() ? "" : ", not checked: " + escape_for_terminal(signer.unchecked);
}

std::string by(std::string_view what, const attest::SignerIdentity& signer, const TextStyle& style) {
  std::string text = std::string(what) + " by " + escape_for_terminal(signer.key_name);
  if (signer.certificate) text += " of issuer " + escape_for_terminal(signer.certificate->issuer);
  return colored(std::move(text), Color::good, style);
}

std::string line(const attest::Verified<attest::ImageSignature>& signature, const std::string& evidence,
                 const TextStyle& style) {
  std::string text = by("signed", signature.signer(), style);
  for (const auto& [key, value] : signature.claim().annotations) text += " " + escape_for_terminal(key + "=" + value);
  text += unchecked(signature.signer());
  return text + " (" + signature.signer().scheme + (signature.claim().legacy ? ", simple signing" : ", bundle") + " " +
         evidence + ")";
}

std::string line(const attest::Verified<attest::Statement>& statement, const std::string& evidence,
                 const TextStyle& style) {
  return by("attested", statement.signer(), style) + ": " + escape_for_terminal(statement.claim().predicate_type) +
         unchecked(statement.signer()) + " (" + statement.signer().scheme + " " + evidence + ")";
}

// "signed by release.pub or backup.pub; annotations env=prod"
std::string asked_text(const Question& question, std::string_view what) {
  std::string text(what);
  for (const std::string& key : question.keys)
    text += (&key == question.keys.data() ? " by " : " or ") + escape_for_terminal(key);
  if (question.predicate_type) text += "; type " + escape_for_terminal(*question.predicate_type);
  for (const auto& [key, value] : question.annotations)
    text +=
        (key == question.annotations.begin()->first ? "; annotations " : ", ") + escape_for_terminal(key + "=" + value);
  if (question.platform) text += "; platform " + escape_for_terminal(question.platform->to_string());
  for (const std::string& condition : question.conditions) text += "; " + escape_for_terminal(condition);
  return text;
}

// The digest of the image is in the first line in full, those of its platforms are not.
std::string target_text(const RequiredManifest& target, const ImageEvidence& evidence, const TextStyle& style) {
  const std::string digest = target.manifest.to_string();
  std::vector<std::string> platforms;
  if (target.platform) platforms.push_back(escape_for_terminal(target.platform->to_string()));
  for (const oci::Platform& other : target.also_for) platforms.push_back(escape_for_terminal(other.to_string()));
  return colored((platforms.empty() ? std::string() : join(platforms, ", ") + " ") +
                     (target.manifest == evidence.root.digest ? short_digest(digest, style) : digest),
                 Color::strong, style);
}

std::string refused_text(const ImageEvidence& evidence, bool listed, const TextStyle& style) {
  std::string list;
  std::size_t count = 0;
  for (const auto& [subject, outcome] : evidence.judged.outcomes)
    for (const verify::Refused& refused : outcome.refused) {
      ++count;
      list += "  " + colored("refused", Color::warning, style) + ": " + refused.what + " " +
              refused.evidence.to_string() + " of " + short_digest(subject.to_string(), style) + ": " + refused.why +
              "\n";
    }
  if (count == 0 || listed) return list;
  return colored(std::to_string(count) +
                     (count == 1 ? " other refused: --verbose lists it" : " others refused: --verbose lists them"),
                 Color::faint, style) +
         "\n";
}

nlohmann::json record(const attest::Verified<attest::ImageSignature>& signature) {
  return {{"signer", to_json(signature.signer())},
          {"form", signature.claim().legacy ? "simple-signing" : "bundle"},
          {"annotations", signature.claim().annotations},
          {"subject", signature.claim().image.to_string()},
          {"evidence", signature.evidence().to_string()}};
}

nlohmann::json record(const attest::Verified<attest::Statement>& statement) {
  nlohmann::json predicate;  // null when the statement has none
  if (Result<json::Value> parsed = json::parse(statement.claim().predicate)) predicate = *std::move(parsed);
  return {{"signer", to_json(statement.signer())},
          {"predicateType", statement.claim().predicate_type},
          {"predicate", std::move(predicate)},
          {"evidence", statement.evidence().to_string()}};
}

template <class Claim>
std::string text_of(const std::string& image, const std::string& asked, const ImageEvidence& evidence,
                    const std::vector<ManifestClaims<Claim>>& answers, std::string_view no, const TextStyle& style) {
  std::string out = colored(escape_for_terminal(image), Color::strong, style) + "\n  asked: " + asked + "\n";
  std::set<std::string> shown;  // what is said once in full, as a signature of an index, is short from then on
  for (const ManifestClaims<Claim>& answer : answers) {
    out += target_text(*answer.target, evidence, style) + "\n";
    for (const auto* claim : answer.claims) {
      const std::string digest = claim->evidence().to_string();
      out += "  " + line(*claim, shown.insert(digest).second ? digest : short_digest(digest, style), style) + "\n";
    }
    if (!answer.claims.empty()) continue;
    if (const std::optional<Error> why = undecided(evidence, *answer.target))
      out += "  " + colored("undecided", Color::warning, style) + ": " + why->message() + "\n";
    else out += "  " + colored(no, Color::bad, style) + "\n";
  }
  return out + refused_text(evidence, style.verbose || !satisfied(answers), style) + oci::to_text(evidence.left_out);
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
    for (const oci::Platform& other : target.also_for) targets.back()["alsoFor"].push_back(other.to_string());
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

nlohmann::json to_json(const std::vector<attest::StepResult>& steps) {
  nlohmann::json list = nlohmann::json::array();
  for (const attest::StepResult& one : steps) {
    nlohmann::json record{
        {"step", to_string(one.step)}, {"outcome", to_string(one.outcome)}, {"code", to_string(one.code)}};
    if (!one.detail.empty()) record["detail"] = one.detail;
    list.push_back(std::move(record));
  }
  return list;
}

nlohmann::json to_json(const attest::SignerIdentity& signer) {
  nlohmann::json record{{"fingerprint", signer.fingerprint}, {"scheme", signer.scheme}};
  if (signer.certificate) {
    record["identity"] = signer.certificate->name;
    record["issuer"] = signer.certificate->issuer;
    record["extensions"] = signer.certificate->extensions;
  } else {
    record["key"] = signer.key_name;
  }
  if (!signer.times.empty()) {
    record["times"] = nlohmann::json::array();
    for (const Time time : signer.times) record["times"].push_back(to_rfc3339(time));
  }
  if (!signer.steps.empty()) record["steps"] = to_json(signer.steps);
  return record;
}

std::string to_text(const Question& question, const ImageEvidence& evidence,
                    const std::vector<ManifestClaims<attest::ImageSignature>>& answers, const TextStyle& style) {
  return text_of(question.image, asked_text(question, "signed"), evidence, answers,
                 question.annotations.empty() ? "not signed by any who was asked for"
                                              : "not signed by any who was asked for, with these annotations",
                 style);
}

std::string to_text(const Question& question, const ImageEvidence& evidence,
                    const std::vector<ManifestClaims<attest::Statement>>& answers, const TextStyle& style) {
  return text_of(question.image, asked_text(question, "attested"), evidence, answers,
                 "no such attestation by any who was asked for", style);
}

nlohmann::json to_json(const ImageEvidence& evidence,
                       const std::vector<ManifestClaims<attest::ImageSignature>>& answers) {
  return json_of(evidence, answers, "signatures");
}

nlohmann::json to_json(const ImageEvidence& evidence, const std::vector<ManifestClaims<attest::Statement>>& answers) {
  return json_of(evidence, answers, "attestations");
}

}  // namespace supply::evidence
