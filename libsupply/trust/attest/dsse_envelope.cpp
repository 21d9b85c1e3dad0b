#include "libsupply/trust/attest/dsse_envelope.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/bundle_json.hpp"
#include "libsupply/trust/attest/internal/json_forms.hpp"
#include "libsupply/trust/attest/internal/proto_json.hpp"

namespace supply::attest {

namespace internal {

Result<Envelope> envelope_from(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "no JSON object");
  Envelope envelope;
  SUPPLY_TRY(envelope.payload_type, text_in(value, "payloadType"));
  if (envelope.payload_type.empty()) return Error(ErrorCode::malformed, "no payloadType");
  SUPPLY_TRY(envelope.payload, bytes_in(value, "payload"));
  if (envelope.payload.empty()) return Error(ErrorCode::malformed, "payload is empty");
  SUPPLY_TRY(const json::Value* signatures, array_in(value, "signatures", kMaxSignatures));
  if (signatures == nullptr || signatures->empty()) return Error(ErrorCode::malformed, "no signature");
  for (const json::Value& entry : *signatures) {
    Signature signature;
    SUPPLY_TRY(signature.bytes, bytes_in(entry, "sig").at("signature"));
    SUPPLY_TRY(signature.keyid, text_in(entry, "keyid").at("signature"));
    if (signature.bytes.empty()) return Error(ErrorCode::malformed, "signature is empty");
    envelope.signatures.push_back(std::move(signature));
  }
  return envelope;
}

}  // namespace internal

Result<Envelope> Envelope::parse(std::string_view text) {
  SUPPLY_TRY(const json::Value value, parse_bundle_json(text).at("envelope"));
  return internal::envelope_from(value).at("envelope");
}

std::string Envelope::to_json() const {
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.member("payload", to_base64(payload));
  json.member("payloadType", payload_type);
  json.key("signatures");
  json.open('[');
  for (const Signature& signature : signatures) {
    json.open('{');
    if (!signature.keyid.empty()) json.member("keyid", signature.keyid);
    json.member("sig", to_base64(signature.bytes));
    json.close('}');
  }
  json.close(']');
  json.close('}');
  return text;
}

bool is_in_toto_payload_type(std::string_view payload_type) {
  constexpr std::string_view kPrefix = "application/vnd.in-toto.";
  constexpr std::string_view kSuffix = "+json";
  return payload_type == kInTotoPayloadType || (payload_type.size() > kPrefix.size() + kSuffix.size() &&
                                                payload_type.starts_with(kPrefix) && payload_type.ends_with(kSuffix));
}

std::string pre_authentication_head(std::string_view payload_type, std::size_t payload_size) {
  std::string text = "DSSEv1 " + std::to_string(payload_type.size()) + ' ';
  text.append(payload_type).append(" ").append(std::to_string(payload_size)).append(" ");
  return text;
}

std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload) {
  return pre_authentication_head(payload_type, payload.size()).append(payload);
}

}  // namespace supply::attest
