#include "libsupply/trust/verify/internal/blob_evidence.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/json/json_lines.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/attestation_object.hpp"
#include "libsupply/trust/attest/bundle_json.hpp"
#include "libsupply/trust/verify/internal/legacy_material.hpp"
#include "libsupply/trust/verify/internal/signature_file.hpp"
#include "libsupply/trust/verify/internal/signatures.hpp"

namespace supply::verify::internal {
namespace {

using crypto::HashAlgorithm;

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

Result<OpenedFile> read_blob_signature(const Artifact& artifact, std::string_view file, ReadMaterial read) {
  SUPPLY_TRY(const bool is_object, is_json_object(file));
  if (!is_object) {
    SUPPLY_TRY(std::string signature, bare_signature(file));
    SUPPLY_TRY(const std::string digest, artifact.hash(HashAlgorithm::sha256));
    SUPPLY_TRY(attest::Bundle bundle, bundle_of(std::move(signature), {}, digest));
    return OpenedFile{std::move(bundle), {}};
  }
  constexpr const char* kAttestation = "bundle is an attestation, and an attestation of a file is not its signature";
  Result<attest::Bundle> bundle = attest::Bundle::parse(file);
  if (bundle) {
    if (!std::holds_alternative<attest::MessageSignature>(bundle->content))
      return Error(ErrorCode::mismatch, kAttestation);
    return OpenedFile{*std::move(bundle), {}};
  }
  if (bundle.error().code() == ErrorCode::limit_exceeded) return std::move(bundle).error();
  SUPPLY_TRY(const json::Value value, attest::parse_bundle_json(file).at("bundle"));
  if (!value.contains("mediaType") && value.contains("base64Signature")) {
    SUPPLY_TRY(const std::string digest, artifact.hash(HashAlgorithm::sha256));
    if (read == ReadMaterial::yes) {
      SUPPLY_TRY(attest::Bundle legacy, bundle_of(value, digest));
      return OpenedFile{std::move(legacy), {}};
    }
    SUPPLY_TRY(const std::string text, json::require_string(value, "base64Signature").at("bundle"));
    SUPPLY_TRY(std::string signature, from_base64(text).at("bundle: base64Signature"));
    SUPPLY_TRY(attest::Bundle legacy, bundle_of(std::move(signature), {}, digest));
    return OpenedFile{std::move(legacy),
                      material(json::find(value, "cert") != nullptr, json::find(value, "rekorBundle") != nullptr,
                               json::find(value, "rfc3161Timestamp") != nullptr)};
  }
  if (!value.contains("mediaType") && value.contains("payloadType")) return Error(ErrorCode::mismatch, kAttestation);
  return std::move(bundle).error();
}

namespace {

// cosign 2's: where a signature would be, base64 of the whole envelope. Nothing: the file has another form.
Result<std::optional<OpenedFile>> first_form(std::string_view file) {
  // What is too much here is so in any other form, too.
  const Result<json::Value> value = attest::parse_bundle_json(file);
  const bool is = value && value->is_object() && value->contains("base64Signature") && !value->contains("mediaType");
  if (!is) return std::optional<OpenedFile>();
  SUPPLY_TRY(const std::string text, json::require_string(*value, "base64Signature").at("bundle"));
  const Result<std::string> bytes = from_base64(text);
  Result<attest::Envelope> envelope = bytes ? attest::Envelope::parse(*bytes) : Result<attest::Envelope>(bytes.error());
  if (!envelope) return Error(ErrorCode::mismatch, "bundle is a signature, not an attestation");
  SUPPLY_TRY(attest::Bundle bundle, bundle_of(*value, std::string_view()));
  drop_copies(envelope->signatures);
  bundle.content = *std::move(envelope);
  return std::optional(OpenedFile{std::move(bundle), {}, *bytes});
}

}  // namespace

Result<std::vector<Result<OpenedFile>>> read_blob_attestations(std::string_view file) {
  std::vector<Result<OpenedFile>> opened;
  if (json::documents_in(file).size() == 1) {
    SUPPLY_TRY(const bool is_object, is_json_object(file));
    if (!is_object) return Error(ErrorCode::malformed, "bundle is no JSON object");
    SUPPLY_TRY(std::optional<OpenedFile> first, first_form(file));
    if (first) {
      opened.emplace_back(*std::move(first));
      return opened;
    }
  }
  SUPPLY_TRY(std::vector<Result<attest::Bundle>> all, attest::bundles_in(file));
  for (Result<attest::Bundle>& each : all) {
    if (!each) {
      opened.emplace_back(std::move(each).error());
    } else if (auto* envelope = std::get_if<attest::Envelope>(&each->content)) {
      drop_copies(envelope->signatures);
      opened.emplace_back(OpenedFile{*std::move(each), {}});
    } else {
      opened.emplace_back(Error(ErrorCode::mismatch, "bundle is a signature, not an attestation"));
    }
  }
  return opened;
}

}  // namespace supply::verify::internal
