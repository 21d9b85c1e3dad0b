#include "libsupply/trust/attest/sigstore_bundle.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/internal/json_forms.hpp"

namespace supply::attest {
namespace {

constexpr std::string_view kMediaTypes[] = {
    "application/vnd.dev.sigstore.bundle+json;version=0.1", "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3", "application/vnd.dev.sigstore.bundle.v0.1+json",
    "application/vnd.dev.sigstore.bundle.v0.2+json",        kBundleType,
};

Result<std::size_t> count(const json::Value& object, std::string_view member, std::size_t limit) {
  SUPPLY_TRY(const json::Value* array, json::optional_array(object, member));
  const std::size_t size = array == nullptr ? 0 : array->size();
  if (size > limit) {
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(limit) + " entries in " + quote(member));
  }
  return size;
}

Status read_material(const json::Value& value, Bundle& bundle) {
  SUPPLY_TRY(const json::Value* material, json::optional_object(value, "verificationMaterial"));
  if (material == nullptr) return Error(ErrorCode::malformed, "no verificationMaterial");
  SUPPLY_TRY(const json::Value* key, json::optional_object(*material, "publicKey"));
  SUPPLY_TRY(const json::Value* certificate, json::optional_object(*material, "certificate"));
  SUPPLY_TRY(const json::Value* chain, json::optional_object(*material, "x509CertificateChain"));
  const int given = (key != nullptr) + (certificate != nullptr) + (chain != nullptr);
  if (given != 1) {
    return Error(ErrorCode::malformed,
                 "verificationMaterial: want one of publicKey, certificate, x509CertificateChain");
  }
  if (key != nullptr) {
    SUPPLY_TRY(bundle.key_hint, json::string_or_empty(*key, "hint"));
  }
  bundle.has_certificate = key == nullptr;
  SUPPLY_TRY(const std::size_t entries, count(*material, "tlogEntries", kMaxLogEntries));
  bundle.has_log_entries = entries > 0;
  SUPPLY_TRY(const json::Value* times, json::optional_object(*material, "timestampVerificationData"));
  if (times != nullptr) {
    SUPPLY_TRY(const std::size_t timestamps, count(*times, "rfc3161Timestamps", kMaxTimestamps));
    bundle.has_timestamps = timestamps > 0;
  }
  return {};
}

// proto3 JSON leaves out what is empty, so an absent digest and an empty one are the same.
Result<MessageSignature> message_signature_from(const json::Value& value) {
  MessageSignature message;
  SUPPLY_TRY(message.signature, internal::require_base64(value, "signature"));
  if (message.signature.empty()) return Error(ErrorCode::malformed, "signature is empty");
  SUPPLY_TRY(const json::Value* digest, json::optional_object(value, "messageDigest"));
  if (digest == nullptr) return message;
  SUPPLY_TRY(message.digest_algorithm, json::string_or_empty(*digest, "algorithm").at("messageDigest"));
  SUPPLY_TRY(const std::string text, json::string_or_empty(*digest, "digest").at("messageDigest"));
  SUPPLY_TRY(message.digest, from_base64(text).at("messageDigest"));
  return message;
}

Result<Bundle> bundle_from(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "no JSON object");
  Bundle bundle;
  SUPPLY_TRY(bundle.media_type, json::require_string(value, "mediaType"));
  if (std::find(std::begin(kMediaTypes), std::end(kMediaTypes), bundle.media_type) == std::end(kMediaTypes)) {
    return Error(ErrorCode::unsupported,
                 "mediaType " + quote(bundle.media_type) + ": want a Sigstore bundle 0.1 to 0.3");
  }
  SUPPLY_TRY(read_material(value, bundle));
  SUPPLY_TRY(const json::Value* envelope, json::optional_object(value, "dsseEnvelope"));
  SUPPLY_TRY(const json::Value* message, json::optional_object(value, "messageSignature"));
  if ((envelope != nullptr) == (message != nullptr)) {
    return Error(ErrorCode::malformed, "want one of dsseEnvelope and messageSignature");
  }
  if (message != nullptr) {
    SUPPLY_TRY(bundle.content, message_signature_from(*message).at("messageSignature"));
    return bundle;
  }
  SUPPLY_TRY(Envelope content, internal::envelope_from(*envelope).at("dsseEnvelope"));
  // sigstore_bundle.proto: "DSSE envelopes in a bundle MUST have exactly one signature."
  if (content.signatures.size() != 1) {
    return Error(ErrorCode::malformed,
                 "dsseEnvelope: " + std::to_string(content.signatures.size()) + " signatures: want one");
  }
  bundle.content = std::move(content);
  return bundle;
}

}  // namespace

Result<Bundle> Bundle::parse(std::string_view text) {
  SUPPLY_TRY(const json::Value value, json::parse(text, {.bytes = kMaxAttachmentBytes}).at("bundle"));
  return bundle_from(value).at("bundle");
}

std::string to_bundle_json(std::string_view key_hint, const std::variant<Envelope, MessageSignature>& content) {
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.member("mediaType", kBundleType);
  json.key("verificationMaterial");
  json.open('{');
  json.key("publicKey");
  json.open('{');
  json.member("hint", key_hint);
  json.close('}');
  json.close('}');
  if (const auto* envelope = std::get_if<Envelope>(&content)) {
    json.key("dsseEnvelope");
    json.raw(envelope->to_json());
  } else {
    const auto& message = std::get<MessageSignature>(content);
    json.key("messageSignature");
    json.open('{');
    json.key("messageDigest");
    json.open('{');
    json.member("algorithm", message.digest_algorithm);
    json.member("digest", to_base64(message.digest));
    json.close('}');
    json.member("signature", to_base64(message.signature));
    json.close('}');
  }
  json.close('}');
  return text;
}

}  // namespace supply::attest
