#include "libsupply/trust/attest/sigstore_bundle.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/internal/json_forms.hpp"
#include "libsupply/trust/attest/internal/verification_material.hpp"

namespace supply::attest {
namespace {

constexpr std::string_view kMediaTypes[] = {
    "application/vnd.dev.sigstore.bundle+json;version=0.1", "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3", "application/vnd.dev.sigstore.bundle.v0.1+json",
    "application/vnd.dev.sigstore.bundle.v0.2+json",        kBundleType,
};

int minor_of(std::string_view media_type) {
  return media_type.find("0.1") != std::string_view::npos   ? 1
         : media_type.find("0.2") != std::string_view::npos ? 2
                                                            : 3;
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
  bundle.minor = minor_of(bundle.media_type);
  SUPPLY_TRY(const json::Value* material, json::optional_object(value, "verificationMaterial"));
  if (material == nullptr) return Error(ErrorCode::malformed, "no verificationMaterial");
  SUPPLY_TRY(internal::read_material(*material, bundle).at("verificationMaterial"));
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
