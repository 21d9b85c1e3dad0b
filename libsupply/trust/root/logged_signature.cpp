#include "libsupply/trust/root/logged_signature.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/certificate.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/key_details.hpp"

namespace supply::root {
namespace {

using crypto::HashAlgorithm;

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

Result<const json::Value*> object_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const json::Value* value, json::optional_object(object, name));
  if (value == nullptr) return malformed("no member " + quote(name));
  return value;
}

Result<std::string> bytes_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string text, json::require_string(object, name));
  return from_base64(text).at("member " + quote(name));
}

Result<HashAlgorithm> algorithm_of(std::string_view name) {
  if (name == "sha256" || name == "SHA2_256") return HashAlgorithm::sha256;
  if (name == "sha384" || name == "SHA2_384") return HashAlgorithm::sha384;
  if (name == "sha512" || name == "SHA2_512") return HashAlgorithm::sha512;
  return Error(ErrorCode::unsupported, "hash algorithm " + quote(name) + ": want SHA-256, SHA-384 or SHA-512");
}

// {"algorithm":"sha256","value":HEX}
Status read_hash(const json::Value& object, LoggedSignature& logged) {
  SUPPLY_TRY(const std::string name, json::require_string(object, "algorithm"));
  SUPPLY_TRY(logged.algorithm, algorithm_of(name));
  SUPPLY_TRY(const std::string hex, json::require_string(object, "value"));
  SUPPLY_TRY(logged.digest, from_hex(hex).at("member \"value\""));
  return {};
}

// A certificate or a public key in PEM.
Status read_verifier(std::string_view pem, LoggedSignature& logged) {
  if (pem.find("CERTIFICATE") == std::string_view::npos) {
    SUPPLY_TRY(const crypto::PublicKey key, crypto::PublicKey::from_pem(pem));
    logged.key = key.to_der();
    return {};
  }
  SUPPLY_TRY(const std::vector<crypto::Certificate> all, crypto::Certificate::all_from_pem(pem));
  logged.certificate = all.front().der;
  return {};
}

Result<LoggedSignature> hashedrekord_1(const json::Value& spec) {
  LoggedSignature logged;
  SUPPLY_TRY(const json::Value* data, object_in(spec, "data"));
  SUPPLY_TRY(const json::Value* hash, object_in(*data, "hash"));
  SUPPLY_TRY(read_hash(*hash, logged));
  SUPPLY_TRY(const json::Value* signature, object_in(spec, "signature"));
  SUPPLY_TRY(logged.signature, bytes_in(*signature, "content"));
  SUPPLY_TRY(const json::Value* key, object_in(*signature, "publicKey"));
  SUPPLY_TRY(const std::string pem, bytes_in(*key, "content"));
  SUPPLY_TRY(read_verifier(pem, logged));
  return logged;
}

// What cosign logged of images until 1.2: the same members, and which program made the signature.
Result<LoggedSignature> rekord_1(const json::Value& spec) {
  SUPPLY_TRY(const json::Value* signature, object_in(spec, "signature"));
  SUPPLY_TRY(const std::string format, json::require_string(*signature, "format"));
  if (format != "x509") return Error(ErrorCode::unsupported, "signature format " + quote(format));
  return hashedrekord_1(spec);
}

Result<const json::Value*> only_one(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const json::Value* list, json::optional_array(object, name));
  if (list == nullptr || list->size() != 1) return malformed(quote(name) + ": want one");
  return &list->front();
}

Result<LoggedSignature> dsse_1(const json::Value& spec) {
  LoggedSignature logged;
  logged.covers = LoggedSignature::Covers::payload;
  logged.of_envelope = true;
  SUPPLY_TRY(const json::Value* hash, object_in(spec, "payloadHash"));
  SUPPLY_TRY(read_hash(*hash, logged));
  SUPPLY_TRY(const json::Value* signature, only_one(spec, "signatures"));
  SUPPLY_TRY(logged.signature, bytes_in(*signature, "signature"));
  SUPPLY_TRY(const std::string pem, bytes_in(*signature, "verifier"));
  SUPPLY_TRY(read_verifier(pem, logged));
  return logged;
}

// What cosign logged of attestations until 2.2. There can be a payloadHash besides, which says no more.
Result<LoggedSignature> intoto_1(const json::Value& spec) {
  LoggedSignature logged;
  logged.covers = LoggedSignature::Covers::text;
  logged.of_envelope = true;
  SUPPLY_TRY(const json::Value* content, object_in(spec, "content"));
  SUPPLY_TRY(const json::Value* hash, object_in(*content, "hash"));
  SUPPLY_TRY(read_hash(*hash, logged));
  SUPPLY_TRY(const std::string pem, bytes_in(spec, "publicKey"));
  SUPPLY_TRY(read_verifier(pem, logged));
  return logged;
}

Result<LoggedSignature> intoto_2(const json::Value& spec) {
  LoggedSignature logged;
  logged.covers = LoggedSignature::Covers::payload;
  logged.of_envelope = true;
  SUPPLY_TRY(const json::Value* content, object_in(spec, "content"));
  SUPPLY_TRY(const json::Value* hash, object_in(*content, "payloadHash"));
  SUPPLY_TRY(read_hash(*hash, logged));
  SUPPLY_TRY(const json::Value* envelope, object_in(*content, "envelope"));
  SUPPLY_TRY(const json::Value* signature, only_one(*envelope, "signatures"));
  SUPPLY_TRY(const std::string once, bytes_in(*signature, "sig"));
  SUPPLY_TRY(logged.signature, from_base64(once).at("member \"sig\""));  // base64 twice
  SUPPLY_TRY(const std::string pem, bytes_in(*signature, "publicKey"));
  SUPPLY_TRY(read_verifier(pem, logged));
  return logged;
}

Result<LoggedSignature> hashedrekord_2(const json::Value& spec) {
  LoggedSignature logged;
  SUPPLY_TRY(const json::Value* inner, object_in(spec, "hashedRekordV002"));
  SUPPLY_TRY(const json::Value* data, object_in(*inner, "data"));
  SUPPLY_TRY(const std::string name, json::require_string(*data, "algorithm"));
  SUPPLY_TRY(logged.algorithm, algorithm_of(name));
  SUPPLY_TRY(logged.digest, bytes_in(*data, "digest"));
  SUPPLY_TRY(const json::Value* signature, object_in(*inner, "signature"));
  SUPPLY_TRY(logged.signature, bytes_in(*signature, "content"));
  SUPPLY_TRY(const json::Value* verifier, object_in(*signature, "verifier"));
  SUPPLY_TRY(const std::string details, json::require_string(*verifier, "keyDetails"));
  SUPPLY_TRY(const json::Value* certificate, json::optional_object(*verifier, "x509Certificate"));
  SUPPLY_TRY(const json::Value* key, json::optional_object(*verifier, "publicKey"));
  if ((certificate == nullptr) == (key == nullptr))
    return malformed("verifier: want one of x509Certificate, publicKey");
  SUPPLY_TRY(const std::string der, bytes_in(certificate != nullptr ? *certificate : *key, "rawBytes"));
  std::optional<crypto::PublicKey> verifying;
  if (certificate != nullptr) {
    SUPPLY_TRY(const crypto::Certificate read, crypto::Certificate::from_der(der));
    logged.certificate = der;
    verifying = read.key;
  } else {
    SUPPLY_TRY(crypto::PublicKey read, crypto::PublicKey::from_der(der));
    logged.key = read.to_der();
    verifying = std::move(read);
  }
  if (!verifying || !are_details_of(details, *verifying, logged.algorithm))
    return Error(ErrorCode::mismatch, "keyDetails " + quote(details) + " do not fit the key");
  return logged;
}

// Whether `value` is what was read above and nothing besides.
bool has_only(const json::Value& value, std::size_t members) { return value.is_object() && value.size() == members; }

bool is_bare_hashedrekord_2(const json::Value& body) {
  const json::Value& spec = body["spec"];
  if (!has_only(body, 3) || !has_only(spec, 1)) return false;
  const json::Value& inner = spec["hashedRekordV002"];
  const json::Value& verifier = inner["signature"]["verifier"];
  return has_only(inner, 2) && has_only(inner["data"], 2) && has_only(inner["signature"], 2) && has_only(verifier, 2) &&
         has_only(verifier.contains("publicKey") ? verifier["publicKey"] : verifier["x509Certificate"], 1);
}

// What Rekor v1 logs that no bundle is of: packages, timestamps and metadata, in forms of their own. Source: rekor,
// pkg/types. And what Rekor v2 logged before its release.
std::string_view other_than_signature(std::string_view kind, std::string_view version) {
  for (const std::string_view other : {"alpine", "cose", "helm", "jar", "rfc3161", "rpm", "tuf"})
    if (kind == other) return "is of no signature that a bundle holds";
  return kind == "dsse" && version == "0.0.2" ? "was withdrawn before Rekor v2 was released" : "";
}

Result<LoggedSignature> logged_from(std::string_view body, std::string_view kind, std::string_view version) {
  SUPPLY_TRY(json::Value value, json::parse(body, {.bytes = kMaxAttachmentBytes}));
  SUPPLY_TRY(const std::string inner_kind, json::require_string(value, "kind"));
  SUPPLY_TRY(const std::string inner_version, json::require_string(value, "apiVersion"));
  if (inner_kind != kind || inner_version != version)
    return Error(ErrorCode::mismatch, "body is of kind " + quote(inner_kind + ' ' + inner_version) + ", not " +
                                          quote(std::string(kind) + ' ' + std::string(version)));
  SUPPLY_TRY(const json::Value* spec, object_in(value, "spec"));
  if (kind == "hashedrekord" && version == "0.0.1") return hashedrekord_1(*spec);
  if (kind == "rekord" && version == "0.0.1") return rekord_1(*spec);
  if (kind == "dsse" && version == "0.0.1") return dsse_1(*spec);
  if (kind == "intoto" && version == "0.0.1") return intoto_1(*spec);
  if (kind == "intoto" && version == "0.0.2") return intoto_2(*spec);
  if (kind == "hashedrekord" && version == "0.0.2") {
    SUPPLY_TRY(LoggedSignature logged, hashedrekord_2(*spec));
    // Rekor v2 logs the canonical form of what it was given (RFC 8785), so there is one body for one signature.
    if (!is_bare_hashedrekord_2(value) || json::to_text(value) != body)
      return Error(ErrorCode::mismatch, "body is not in its canonical form");
    return logged;
  }
  const std::string named = "kind " + quote(inner_kind + ' ' + inner_version);
  if (const std::string_view why = other_than_signature(kind, version); !why.empty())
    return Error(ErrorCode::mismatch, named + ' ' + std::string(why));
  return Error(ErrorCode::unsupported, named);
}

}  // namespace

Result<LoggedSignature> LoggedSignature::parse(std::string_view body, std::string_view kind, std::string_view version) {
  return logged_from(body, kind, version).at("log entry");
}

}  // namespace supply::root
