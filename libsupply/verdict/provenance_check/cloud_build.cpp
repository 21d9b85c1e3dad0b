#include "libsupply/verdict/provenance_check/cloud_build.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/dsse_envelope.hpp"
#include "libsupply/trust/provenance/cloud_build_keys.hpp"

namespace supply::provenance_check {
namespace {

using provenance::CloudBuildKey;
using provenance::kCloudBuildKeys;

const CloudBuildKey* find_key(std::string_view id) {
  for (const CloudBuildKey& key : kCloudBuildKeys)
    if (key.id == id) return &key;
  return nullptr;
}

std::string text_in(const json::Value& object, std::string_view name) {
  const json::Value* member = json::find(object, name);
  return member != nullptr && member->is_string() ? member->get<std::string>() : std::string();
}

const json::Value& member_of(const json::Value& object, std::string_view name) {
  static const json::Value none;
  const json::Value* member = json::find(object, name);
  return member == nullptr ? none : *member;
}

// The statement beside the envelope, for readers: of v1 as it is signed, of v0.1 with its predicate under another name.
bool is_same(const json::Value& build, const json::Value& signed_statement) {
  if (const json::Value* v1 = json::find(build, "inTotoSlsaProvenanceV1")) return *v1 == signed_statement;
  const json::Value* text = json::find(build, "intotoStatement");
  if (text == nullptr) return true;
  for (const char* name : {"_type", "predicateType", "subject"})
    if (member_of(*text, name) != member_of(signed_statement, name)) return false;
  return member_of(*text, "slsaProvenance") == member_of(signed_statement, "predicate");
}

std::string other(std::string_view what, const std::string& says) {
  return "gcloud's " + std::string(what) + " is " + quote(says) + ", and not of this image";
}

}  // namespace

std::string gcloud_objection(const AttestationFile& file, std::size_t at, const Digest& image) {
  const std::string digest = image.to_string();
  const json::Limits limits{.bytes = kMaxAttachmentBytes};
  if (const auto summary = json::parse(file.summary, limits); summary && summary->is_object()) {
    if (const std::string says = text_in(*summary, "digest"); !says.empty() && says != digest)
      return other("image_summary.digest", says);
    if (const std::string says = text_in(*summary, "fully_qualified_digest"); !says.empty() && !says.ends_with(digest))
      return other("image_summary.fully_qualified_digest", says);
  }
  const auto around = json::parse(file.around.at(at), limits);
  if (!around) return around.error().message();
  if (const std::string kind = text_in(*around, "kind"); !kind.empty() && kind != "BUILD")
    return "gcloud's kind is " + quote(kind) + ", and not \"BUILD\"";
  if (const std::string uri = text_in(*around, "resourceUri"); !uri.empty() && !uri.ends_with("@" + digest))
    return other("resourceUri", uri);
  const auto envelope = attest::Envelope::parse(file.attestations.at(at));
  if (!envelope) return envelope.error().message();
  const auto statement = json::parse(envelope->payload, limits);
  if (!statement) return "payload: " + statement.error().message();
  if (!is_same(member_of(*around, "build"), *statement))
    return "the statement that gcloud prints is another than the signed one";
  return {};
}

Result<attest::Verified<attest::Statement>> cloud_build_attestation(const verify::Artifact& image,
                                                                    std::string_view text, Budget& budget) {
  SUPPLY_TRY(attest::Envelope envelope, attest::Envelope::parse(text));
  const std::vector<attest::Signature> signatures = std::move(envelope.signatures);
  Error why(ErrorCode::mismatch, "no signature names a key of Google Cloud Build");
  for (const attest::Signature& each : signatures) {
    const CloudBuildKey* known = find_key(each.keyid);
    if (known == nullptr) continue;
    SUPPLY_TRY(const std::string der, from_base64(known->der));
    SUPPLY_TRY(crypto::PublicKey key, crypto::PublicKey::from_der(der));
    verify::TrustedKey trusted{std::string(known->id), std::move(key)};
    trusted.signs_bare_payload = known->kind == CloudBuildKey::Kind::regional;
    envelope.signatures = {each};
    const verify::Verifier verifier(std::vector<verify::TrustedKey>{std::move(trusted)});
    auto verified = verifier.blob_attestation(image, envelope.to_json(), budget);
    if (verified) return verified;
    if (why.code() == ErrorCode::mismatch) why = std::move(verified).error();  // what could not be tried is told first
  }
  return why;
}

void know_cloud_build(std::vector<verify::TrustedKey>& keys) {
  for (verify::TrustedKey& each : keys)
    for (const CloudBuildKey& known : kCloudBuildKeys)
      if (known.kind == CloudBuildKey::Kind::regional && known.fingerprint == to_hex(each.key.fingerprint()))
        each.signs_bare_payload = true;
}

}  // namespace supply::provenance_check
