#include "libsupply/trust/verify/internal/blob_evidence.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/verify/internal/legacy_material.hpp"
#include "libsupply/trust/verify/internal/signature_file.hpp"

namespace supply::verify::internal {
namespace {

using crypto::HashAlgorithm;

Result<HashAlgorithm> algorithm_of(std::string_view name) {
  if (name == "SHA2_256") return HashAlgorithm::sha256;
  if (name == "SHA2_384") return HashAlgorithm::sha384;
  if (name == "SHA2_512") return HashAlgorithm::sha512;
  return Error(ErrorCode::unsupported,
               "messageDigest algorithm " + quote(name) + ": want SHA2_256, SHA2_384 or SHA2_512");
}

// sigstore_bundle.proto: the message digest is there to bind the bundle to the artifact before anything else is asked.
Status check_digest(const attest::MessageSignature& content, std::string_view message) {
  if (content.digest.empty() || content.digest_algorithm.empty()) {
    return Error(ErrorCode::mismatch, "bundle has no messageDigest");
  }
  SUPPLY_TRY(const HashAlgorithm algorithm, algorithm_of(content.digest_algorithm));
  if (crypto::hash(algorithm, message) != content.digest) {
    return Error(ErrorCode::mismatch, "bundle is about other bytes: its messageDigest is not this file's");
  }
  return {};
}

std::string material(bool certificate, bool log_entry, bool timestamp) {
  std::vector<std::string_view> names;
  if (certificate) names.push_back("certificate");
  if (log_entry) names.push_back("log entry");
  if (timestamp) names.push_back("timestamp");
  return join(names, ", ");
}

}  // namespace

std::string unchecked_material(const attest::Bundle& bundle) {
  return material(!bundle.certificates.empty(), !bundle.log_entries.empty(), !bundle.timestamps.empty());
}

std::string unchecked_annotations(const oci::Annotations& annotations) {
  return material(annotations.contains("dev.sigstore.cosign/certificate"),
                  annotations.contains("dev.sigstore.cosign/bundle"),
                  annotations.contains("dev.sigstore.cosign/rfc3161timestamp"));
}

Result<BlobSignatureFile> read_blob_signature(std::string_view message, std::string_view file) {
  SUPPLY_TRY(const bool is_object, is_json_object(file));
  if (!is_object) {
    SUPPLY_TRY(std::string signature, bare_signature(file));
    return BlobSignatureFile{std::move(signature), {}};
  }
  SUPPLY_TRY(const json::Value value, json::parse(file, {.bytes = kMaxAttachmentBytes}).at("bundle"));
  if (!value.contains("mediaType") && value.contains("base64Signature")) {
    SUPPLY_TRY(const std::string text, json::require_string(value, "base64Signature").at("bundle"));
    SUPPLY_TRY(std::string signature, from_base64(text).at("bundle: base64Signature"));
    return BlobSignatureFile{std::move(signature), material(json::find(value, "cert") != nullptr,
                                                            json::find(value, "rekorBundle") != nullptr, false)};
  }
  constexpr const char* kAttestation = "bundle is an attestation, and an attestation of a file is not its signature";
  if (!value.contains("mediaType") && value.contains("payloadType")) return Error(ErrorCode::mismatch, kAttestation);
  SUPPLY_TRY(const attest::Bundle bundle, attest::Bundle::parse(file));
  const auto* content = std::get_if<attest::MessageSignature>(&bundle.content);
  if (content == nullptr) return Error(ErrorCode::mismatch, kAttestation);
  if (!bundle.certificates.empty()) return Error(ErrorCode::mismatch, std::string(kByCertificate));
  SUPPLY_TRY(check_digest(*content, message));
  return BlobSignatureFile{content->signature, unchecked_material(bundle)};
}

Result<BlobAttestationFile> read_blob_attestation(std::string_view file) {
  SUPPLY_TRY(const bool is_object, is_json_object(file));
  if (!is_object) return Error(ErrorCode::malformed, "bundle is no JSON object");
  SUPPLY_TRY(const json::Value value, json::parse(file, {.bytes = kMaxAttachmentBytes}).at("bundle"));
  if (value.is_object() && !value.contains("mediaType") && value.contains("payloadType")) {
    SUPPLY_TRY(attest::Envelope envelope, attest::Envelope::parse(file));
    return BlobAttestationFile{std::move(envelope), {}};
  }
  SUPPLY_TRY(attest::Bundle bundle, attest::Bundle::parse(file));
  auto* envelope = std::get_if<attest::Envelope>(&bundle.content);
  if (envelope == nullptr) return Error(ErrorCode::mismatch, "bundle is a signature, not an attestation");
  if (!bundle.certificates.empty()) return Error(ErrorCode::mismatch, std::string(kByCertificate));
  return BlobAttestationFile{std::move(*envelope), unchecked_material(bundle)};
}

Result<attest::Bundle> read_blob_bundle(const Artifact& artifact, std::string_view file) {
  SUPPLY_TRY(const bool is_object, is_json_object(file));
  const auto sha256 = [&]() -> Result<std::string> {
    if (artifact.bytes) return crypto::hash(HashAlgorithm::sha256, *artifact.bytes);
    if (artifact.digest.algorithm() == "sha256") return from_hex(artifact.digest.encoded());
    return Error(ErrorCode::unsupported, "this form of signature needs the file, or its sha256 digest");
  };
  if (!is_object) {
    SUPPLY_TRY(std::string signature, bare_signature(file));
    SUPPLY_TRY(const std::string digest, sha256());
    return bundle_of(std::move(signature), {}, digest);
  }
  SUPPLY_TRY(const json::Value value, json::parse(file, {.bytes = kMaxAttachmentBytes}).at("bundle"));
  if (!value.contains("mediaType") && value.contains("base64Signature")) {
    SUPPLY_TRY(const std::string digest, sha256());
    return bundle_of(value, digest);
  }
  constexpr const char* kAttestation = "bundle is an attestation, and an attestation of a file is not its signature";
  if (!value.contains("mediaType") && value.contains("payloadType")) return Error(ErrorCode::mismatch, kAttestation);
  SUPPLY_TRY(attest::Bundle bundle, attest::Bundle::parse(file));
  if (!std::holds_alternative<attest::MessageSignature>(bundle.content))
    return Error(ErrorCode::mismatch, kAttestation);
  return bundle;
}

Result<attest::Bundle> read_attestation_bundle(std::string_view file) {
  SUPPLY_TRY(const bool is_object, is_json_object(file));
  if (!is_object) return Error(ErrorCode::malformed, "bundle is no JSON object");
  SUPPLY_TRY(const json::Value value, json::parse(file, {.bytes = kMaxAttachmentBytes}).at("bundle"));
  if (!value.contains("mediaType") && value.contains("payloadType")) {
    SUPPLY_TRY(attest::Envelope envelope, attest::Envelope::parse(file));
    if (envelope.signatures.size() != 1) return Error(ErrorCode::unsupported, "several signatures: want one");
    return bundle_of(oci::Annotations(), std::move(envelope));
  }
  SUPPLY_TRY(attest::Bundle bundle, attest::Bundle::parse(file));
  if (!std::holds_alternative<attest::Envelope>(bundle.content))
    return Error(ErrorCode::mismatch, "bundle is a signature, not an attestation");
  return bundle;
}

}  // namespace supply::verify::internal
