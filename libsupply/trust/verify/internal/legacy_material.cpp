#include "libsupply/trust/verify/internal/legacy_material.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/certificate.hpp"
#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::verify::internal {
namespace {

constexpr std::string_view kCertificate = "dev.sigstore.cosign/certificate", kBundle = "dev.sigstore.cosign/bundle",
                           kTimestamp = "dev.sigstore.cosign/rfc3161timestamp";

Result<std::string> bytes_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string text, json::require_string(object, name));
  return from_base64(text).at("member " + quote(name));
}

attest::Bundle empty_bundle(std::variant<attest::Envelope, attest::MessageSignature> content) {
  attest::Bundle bundle{};
  bundle.minor = 1;
  bundle.content = std::move(content);
  return bundle;
}

attest::MessageSignature signature_of(std::string signature, std::string_view sha256) {
  return {"SHA2_256", std::string(sha256), std::move(signature)};
}

// The first is the signer's: what follows is surplus, as in a bundle.
Status add_certificates(std::string_view pem, attest::Bundle& bundle) {
  SUPPLY_TRY(const std::vector<crypto::Certificate> all, crypto::Certificate::all_from_pem(pem));
  for (const crypto::Certificate& each : all) bundle.certificates.push_back(each.der);
  return {};
}

// {"SignedEntryTimestamp":base64,"Payload":{"body":base64,"integratedTime":n,"logIndex":n,"logID":hex}}
Result<attest::LogEntry> entry_from(const json::Value& value) {
  attest::LogEntry entry;
  SUPPLY_TRY(entry.promise, bytes_in(value, "SignedEntryTimestamp"));
  SUPPLY_TRY(const json::Value* payload, json::optional_object(value, "Payload"));
  if (payload == nullptr) return Error(ErrorCode::malformed, "no Payload");
  SUPPLY_TRY(entry.body, bytes_in(*payload, "body"));
  SUPPLY_TRY(const std::int64_t time, json::require_integer(*payload, "integratedTime"));
  SUPPLY_TRY(const std::int64_t index, json::require_integer(*payload, "logIndex"));
  if (time < 0 || index < 0) return Error(ErrorCode::malformed, "number below 0");
  entry.integrated_time = time;
  entry.log_index = static_cast<std::uint64_t>(index);
  SUPPLY_TRY(const std::string id, json::require_string(*payload, "logID"));
  SUPPLY_TRY(entry.log_id, from_hex(id).at("logID"));
  // Only the body says what it is.
  SUPPLY_TRY(const json::Value body, json::parse(entry.body, {.bytes = kMaxAttachmentBytes}).at("body"));
  SUPPLY_TRY(entry.kind, json::require_string(body, "kind").at("body"));
  SUPPLY_TRY(entry.version, json::require_string(body, "apiVersion").at("body"));
  return entry;
}

}  // namespace

Result<attest::Bundle> bundle_of(const oci::Annotations& annotations,
                                 std::variant<attest::Envelope, attest::MessageSignature> content) {
  attest::Bundle bundle = empty_bundle(std::move(content));
  const auto text = [&](std::string_view name) -> std::string_view {
    const auto found = annotations.find(std::string(name));
    return found == annotations.end() ? std::string_view() : std::string_view(found->second);
  };
  if (!text(kCertificate).empty()) SUPPLY_TRY(add_certificates(text(kCertificate), bundle).at(kCertificate));
  if (!text(kBundle).empty()) {
    SUPPLY_TRY(const json::Value value, json::parse(text(kBundle), {.bytes = kMaxAttachmentBytes}).at(kBundle));
    SUPPLY_TRY(attest::LogEntry entry, entry_from(value).at(kBundle));
    bundle.log_entries.push_back(std::move(entry));
  }
  if (!text(kTimestamp).empty()) {
    SUPPLY_TRY(const json::Value value, json::parse(text(kTimestamp), {.bytes = kMaxAttachmentBytes}).at(kTimestamp));
    SUPPLY_TRY(std::string timestamp, bytes_in(value, "SignedRFC3161Timestamp").at(kTimestamp));
    bundle.timestamps.push_back(std::move(timestamp));
  }
  return bundle;
}

Result<attest::Bundle> bundle_of(const json::Value& legacy, std::string_view sha256) {
  SUPPLY_TRY(std::string signature, bytes_in(legacy, "base64Signature").at("bundle"));
  attest::Bundle bundle = empty_bundle(signature_of(std::move(signature), sha256));
  SUPPLY_TRY(std::string certificate, json::string_or_empty(legacy, "cert").at("bundle"));
  if (!certificate.empty() && certificate.find("-----BEGIN") == std::string::npos) {
    SUPPLY_TRY(certificate, from_base64(certificate).at("bundle: cert"));
  }
  // cosign 2 writes the signer's public key here where a key signs an attestation. Whose signature it is, the keys that
  // are trusted say, and never this one (GHSA-fx35-mq7g-6g98).
  if (!certificate.empty() && !crypto::PublicKey::from_pem(certificate))
    SUPPLY_TRY(add_certificates(certificate, bundle).at("bundle: cert"));
  SUPPLY_TRY(const json::Value* entry, json::optional_object(legacy, "rekorBundle"));
  if (entry != nullptr) {
    SUPPLY_TRY(attest::LogEntry read, entry_from(*entry).at("bundle: rekorBundle"));
    bundle.log_entries.push_back(std::move(read));
  }
  SUPPLY_TRY(const json::Value* timestamp, json::optional_object(legacy, "rfc3161Timestamp"));
  if (timestamp != nullptr) {
    SUPPLY_TRY(std::string read, bytes_in(*timestamp, "SignedRFC3161Timestamp").at("bundle: rfc3161Timestamp"));
    bundle.timestamps.push_back(std::move(read));
  }
  return bundle;
}

Result<attest::Bundle> bundle_of(std::string signature, std::string_view certificate_pem, std::string_view sha256) {
  attest::Bundle bundle = empty_bundle(signature_of(std::move(signature), sha256));
  if (!certificate_pem.empty()) SUPPLY_TRY(add_certificates(certificate_pem, bundle));
  return bundle;
}

}  // namespace supply::verify::internal
