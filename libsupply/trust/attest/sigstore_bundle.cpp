#include "libsupply/trust/attest/sigstore_bundle.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/bundle_json.hpp"
#include "libsupply/trust/attest/internal/json_forms.hpp"
#include "libsupply/trust/attest/internal/proto_json.hpp"
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

// HashAlgorithm of sigstore_common.proto: by its name, or its number, which is an int32. Empty: unspecified.
Result<std::string> hash_algorithm_in(const json::Value& digest) {
  const json::Value* const value = json::find(digest, "algorithm");
  if (value == nullptr || !value->is_number()) {
    SUPPLY_TRY(std::string name, json::string_or_empty(digest, "algorithm"));
    return name == "HASH_ALGORITHM_UNSPECIFIED" ? std::string() : name;
  }
  static constexpr const char* kNames[] = {"", "SHA2_256", "SHA2_384", "SHA2_512", "SHA3_256", "SHA3_384"};
  const double number = value->get<double>();
  if (number != std::floor(number) || number < INT32_MIN || number > INT32_MAX)
    return Error(ErrorCode::malformed, "algorithm " + quote(json::to_text(*value)) + ": want a name or a whole number");
  const bool known = number >= 0 && number < static_cast<double>(std::ssize(kNames));
  return known ? kNames[static_cast<std::size_t>(number)] : json::to_text(*value);
}

// proto3 JSON leaves out what is empty, so an absent digest and an empty one are the same.
Result<MessageSignature> message_signature_from(const json::Value& value) {
  MessageSignature message;
  SUPPLY_TRY(message.signature, internal::bytes_in(value, "signature"));
  if (message.signature.empty()) return Error(ErrorCode::malformed, "signature is empty");
  SUPPLY_TRY(const json::Value* digest, internal::object_in(value, "messageDigest"));
  if (digest == nullptr) return message;
  SUPPLY_TRY(message.digest_algorithm, hash_algorithm_in(*digest).at("messageDigest"));
  SUPPLY_TRY(message.digest, internal::bytes_in(*digest, "digest").at("messageDigest"));
  return message;
}

Result<Bundle> bundle_from(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "no JSON object");
  Bundle bundle;
  SUPPLY_TRY(bundle.media_type, internal::text_in(value, "mediaType"));
  if (bundle.media_type.empty()) return Error(ErrorCode::malformed, "no mediaType");
  if (std::find(std::begin(kMediaTypes), std::end(kMediaTypes), bundle.media_type) == std::end(kMediaTypes)) {
    return Error(ErrorCode::unsupported,
                 "mediaType " + quote(bundle.media_type) + ": want a Sigstore bundle 0.1 to 0.3");
  }
  bundle.minor = minor_of(bundle.media_type);
  SUPPLY_TRY(const json::Value* material, internal::object_in(value, "verificationMaterial"));
  if (material == nullptr) return Error(ErrorCode::malformed, "no verificationMaterial");
  SUPPLY_TRY(internal::read_material(*material, bundle).at("verificationMaterial"));
  SUPPLY_TRY(const json::Value* envelope, internal::object_in(value, "dsseEnvelope"));
  SUPPLY_TRY(const json::Value* message, internal::object_in(value, "messageSignature"));
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
  SUPPLY_TRY(const json::Value value, parse_bundle_json(text).at("bundle"));
  return bundle_from(value).at("bundle");
}

Result<LogEntry> parse_log_entry(std::string_view text) {
  SUPPLY_TRY(const json::Value value, parse_bundle_json(text).at("log entry"));
  return internal::read_log_entry(value).at("log entry");
}

}  // namespace supply::attest
