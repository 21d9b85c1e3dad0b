#include "libsupply/trust/sigstore/log_client.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/certificate_pem.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/key_details.hpp"

namespace supply::sigstore {
namespace {

constexpr int kConflict = 409, kTooLarge = 413;

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

std::string verifier_pem(const sign::VerificationMaterial& material) {
  return material.certificates.empty() ? material.key.to_pem() : crypto::certificate_pem(material.certificates.front());
}

json::Value proposed_entry(const EntryToLog& entry) {
  const std::string verifier = to_base64(verifier_pem(entry.made.material));
  if (const auto* envelope = std::get_if<attest::Envelope>(&entry.content))
    return {{"apiVersion", "0.0.1"},
            {"kind", "dsse"},
            {"spec", {{"proposedContent", {{"envelope", envelope->to_json()}, {"verifiers", {verifier}}}}}}};
  return {{"apiVersion", "0.0.1"},
          {"kind", "hashedrekord"},
          {"spec",
           {{"data", {{"hash", {{"algorithm", crypto::to_string(entry.algorithm)}, {"value", to_hex(entry.hash)}}}}},
            {"signature", {{"content", to_base64(entry.made.signature)}, {"publicKey", {{"content", verifier}}}}}}}};
}

Result<std::string> hex_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string text, json::require_string(object, name));
  return from_hex(text).at("member " + quote(name));
}

Result<std::uint64_t> index_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::int64_t number, json::require_integer(object, name));
  if (number < 0) return malformed("member " + quote(name) + ": below 0");
  return static_cast<std::uint64_t>(number);
}

Result<attest::InclusionProof> proof_from(const json::Value& value) {
  attest::InclusionProof proof;
  SUPPLY_TRY(proof.log_index, index_in(value, "logIndex"));
  SUPPLY_TRY(proof.tree_size, index_in(value, "treeSize"));
  SUPPLY_TRY(proof.root_hash, hex_in(value, "rootHash"));
  SUPPLY_TRY(proof.checkpoint, json::require_string(value, "checkpoint"));
  if (proof.checkpoint.size() > kMaxCheckpointBytes) return Error(ErrorCode::limit_exceeded, "checkpoint too large");
  SUPPLY_TRY(const std::vector<std::string> hashes, json::string_list(value, "hashes"));
  if (hashes.size() > kMaxProofHashes) return Error(ErrorCode::limit_exceeded, "too many hashes");
  for (const std::string& hex : hashes) {
    SUPPLY_TRY(std::string hash, from_hex(hex).at("hashes"));
    proof.hashes.push_back(std::move(hash));
  }
  return proof;
}

Result<attest::LogEntry> entry_from(const json::Value& value) {
  if (!value.is_object() || value.size() != 1) return malformed("want one entry under its UUID");
  const json::Value& inner = value.begin().value();
  attest::LogEntry entry;
  SUPPLY_TRY(const std::string body, json::require_string(inner, "body"));
  SUPPLY_TRY(entry.body, from_base64(body).at("member \"body\""));
  SUPPLY_TRY(entry.integrated_time, json::require_integer(inner, "integratedTime"));
  SUPPLY_TRY(entry.log_id, hex_in(inner, "logID"));
  SUPPLY_TRY(entry.log_index, index_in(inner, "logIndex"));
  SUPPLY_TRY(const json::Value* verification, json::optional_object(inner, "verification"));
  if (verification == nullptr) return malformed("no verification");
  SUPPLY_TRY(const std::string promise, json::require_string(*verification, "signedEntryTimestamp"));
  SUPPLY_TRY(entry.promise, from_base64(promise).at("signedEntryTimestamp"));
  SUPPLY_TRY(const json::Value* proof, json::optional_object(*verification, "inclusionProof"));
  if (proof == nullptr) return malformed("no inclusionProof");
  SUPPLY_TRY(entry.proof, proof_from(*proof).at("inclusionProof"));
  SUPPLY_TRY(const json::Value parsed, json::parse(entry.body).at("member \"body\""));
  SUPPLY_TRY(entry.kind, json::require_string(parsed, "kind").at("member \"body\""));
  SUPPLY_TRY(entry.version, json::require_string(parsed, "apiVersion").at("member \"body\""));
  return entry;
}

Error said_too_large(const Error& error, std::size_t bytes) {
  return Error(error.code(), error.message() + " (" + std::to_string(bytes) +
                                 " bytes were sent: logs bound the size of attestations, whose content Rekor v2 does "
                                 "not want)");
}

}  // namespace

Result<attest::LogEntry> parse_rekor_v1_answer(std::string_view text) {
  SUPPLY_TRY(const json::Value value, json::parse(text, {.bytes = kMaxServiceAnswerBytes}).at("log entry"));
  return entry_from(value).at("log entry");
}

Result<attest::LogEntry> log_in_rekor_v1(const ServiceClient& client, const std::string& url, const EntryToLog& entry) {
  ServiceRequest asked;
  asked.url = url_with(url, "/api/v1/log/entries");
  asked.body = json::to_text(proposed_entry(entry));
  asked.also_accepted = kConflict;
  Result<ServiceAnswer> answer = client.ask(asked).at("transparency log");
  if (!answer && answer.error().message().find(std::to_string(kTooLarge)) != std::string::npos)
    return said_too_large(answer.error(), asked.body.size());
  if (!answer) return std::move(answer).error();
  if (answer->status == kConflict) {
    // An equivalent entry is there: Location says where.
    const auto location = answer->headers.find("Location");
    if (!location) return malformed("transparency log: " + url + ": answers 409 without a Location");
    SUPPLY_TRY(const http::Url base, http::Url::parse(asked.url));
    SUPPLY_TRY(const http::Url there, base.resolve(*location).at("transparency log: Location"));
    if (there.origin() != base.origin())
      return malformed("transparency log: " + url + ": its Location is of another machine");
    ServiceRequest again;
    again.method = "GET";
    again.url = there.to_string();
    SUPPLY_TRY(answer, client.ask(again).at("transparency log"));
  }
  return parse_rekor_v1_answer(answer->body).at("transparency log: " + url);
}

Result<attest::LogEntry> log_in_rekor_v2(const ServiceClient& client, const std::string& url, const EntryToLog& entry) {
  const sign::VerificationMaterial& material = entry.made.material;
  json::Value verifier = {{"keyDetails", root::key_details(material.key, material.scheme)}};
  if (material.certificates.empty()) verifier["publicKey"] = {{"rawBytes", to_base64(material.key.to_der())}};
  else verifier["x509Certificate"] = {{"rawBytes", to_base64(material.certificates.front())}};
  const json::Value request = {
      {"hashedRekordRequestV002",
       {{"digest", to_base64(entry.hash)},
        {"signature", {{"content", to_base64(entry.made.signature)}, {"verifier", verifier}}}}}};
  ServiceRequest asked;
  asked.url = url_with(url, "/api/v2/log/entries");
  asked.body = json::to_text(request);
  asked.also_accepted = kConflict;
  SUPPLY_TRY(const ServiceAnswer answer, client.ask(asked).at("transparency log"));
  if (answer.status == kConflict) {
    const bool always_same =
        material.key.type() == crypto::KeyType::rsa || material.key.type() == crypto::KeyType::ed25519;
    if (!always_same)
      return Error(ErrorCode::unavailable, "transparency log: " + url +
                                               ": an earlier attempt was logged and its answer lost: sign again, which "
                                               "gives another signature");
    const auto index = answer.headers.find("x-log-index");
    return Error(ErrorCode::unsupported,
                 "transparency log: " + url + ": holds this very signature already" +
                     (index ? " (index " + quote(*index) + ")" : std::string()) + ", since keys of type " +
                     std::string(crypto::to_string(material.key.type())) +
                     " always make the same one; Rekor v2 gives the proof of an entry only when it is new: use the "
                     "bundle that was written then, or a key for ECDSA");
  }
  return attest::parse_log_entry(answer.body).at("transparency log: " + url);
}

}  // namespace supply::sigstore
