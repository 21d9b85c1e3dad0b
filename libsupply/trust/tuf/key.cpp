#include "libsupply/trust/tuf/key.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/crypto/key_parts.hpp"
#include "libsupply/base/crypto/rsa_pss.hpp"
#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::tuf {
namespace {

using crypto::HashAlgorithm;
using crypto::KeyType;
using crypto::SignatureScheme;

struct Scheme {
  std::string_view name;
  KeyType type;
};
constexpr Scheme kSchemes[] = {
    {"ed25519", KeyType::ed25519},
    {"ecdsa-sha2-nistp256", KeyType::ecdsa_p256},
    {"ecdsa-sha2-nistp384", KeyType::ecdsa_p384},
    {"rsassa-pss-sha256", KeyType::rsa},
    {"rsassa-pss-sha384", KeyType::rsa},
    {"rsassa-pss-sha512", KeyType::rsa},
};

bool fits(std::string_view key_type, const Scheme& scheme) {
  if (scheme.type == KeyType::rsa) return key_type == "rsa";
  return key_type == scheme.name || (key_type == "ecdsa" && scheme.type != KeyType::ed25519);
}

// PEM, or a point in hexadecimal digits.
Result<crypto::PublicKey> read_key(const std::string& text, KeyType type) {
  if (text.find("-----BEGIN ") != std::string::npos || type == KeyType::rsa) return crypto::PublicKey::from_pem(text);
  SUPPLY_TRY(const std::string point, from_hex(text));
  return crypto::public_key_of_point(type, point);
}

}  // namespace

Result<Key> Key::parse(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  Key key;
  SUPPLY_TRY(const std::string type, json::require_string(value, "keytype"));
  SUPPLY_TRY(key.scheme, json::require_string(value, "scheme"));
  SUPPLY_TRY(const json::Value* held, json::optional_object(value, "keyval"));
  if (held == nullptr) return Error(ErrorCode::malformed, "no member \"keyval\"");
  const auto scheme = std::find_if(std::begin(kSchemes), std::end(kSchemes),
                                   [&](const Scheme& known) { return known.name == key.scheme; });
  if (scheme == std::end(kSchemes) || !fits(type, *scheme)) return key;
  SUPPLY_TRY(const std::string text, json::require_string(*held, "public"));
  Result<crypto::PublicKey> read = read_key(text, scheme->type);
  if (!read) return std::move(read).error().at("member \"public\"");
  if (read->type() != scheme->type)
    return Error(ErrorCode::malformed,
                 "scheme " + quote(key.scheme) + " with a key of type " + std::string(to_string(read->type())));
  key.key = *std::move(read);
  return key;
}

Status Key::verify(std::string_view message, std::string_view signature) const {
  if (!key) return Error(ErrorCode::unsupported, "a key of scheme " + quote(scheme));
  if (signature.empty()) return Error(ErrorCode::mismatch, "an empty signature");
  if (scheme == "rsassa-pss-sha256") return crypto::verify_rsa_pss(HashAlgorithm::sha256, *key, message, signature);
  if (scheme == "rsassa-pss-sha384") return crypto::verify_rsa_pss(HashAlgorithm::sha384, *key, message, signature);
  if (scheme == "rsassa-pss-sha512") return crypto::verify_rsa_pss(HashAlgorithm::sha512, *key, message, signature);
  if (scheme == "ed25519") return crypto::verify_as(SignatureScheme::ed25519, *key, message, signature);
  if (scheme == "ecdsa-sha2-nistp384")
    return crypto::verify_as(SignatureScheme::ecdsa_sha384, *key, message, signature);
  return crypto::verify_as(SignatureScheme::ecdsa_sha256, *key, message, signature);
}

Result<Role> Role::parse(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  Role role;
  SUPPLY_TRY(role.key_ids, json::string_list(value, "keyids"));
  if (role.key_ids.size() > kMaxTufKeys)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxTufKeys) + " key ids");
  std::set<std::string_view> seen;
  for (const std::string& id : role.key_ids)
    if (!seen.insert(id).second) return Error(ErrorCode::malformed, "key id " + quote(id) + " is there twice");
  SUPPLY_TRY(const std::int64_t threshold, json::require_integer(value, "threshold"));
  if (threshold < 1) return Error(ErrorCode::malformed, "a threshold of " + std::to_string(threshold));
  role.threshold = static_cast<std::uint64_t>(threshold);
  return role;
}

Status verify_threshold(std::string_view message, const std::vector<Signature>& signatures, const Role& role,
                        const Keys& keys) {
  std::set<std::string> signers;  // fingerprints of keys
  for (const Signature& signature : signatures) {
    if (signers.size() >= role.threshold) break;
    if (std::find(role.key_ids.begin(), role.key_ids.end(), signature.key_id) == role.key_ids.end()) continue;
    const auto key = keys.find(signature.key_id);
    if (key == keys.end() || !key->second.key) continue;
    std::string fingerprint = key->second.key->fingerprint();
    if (signers.contains(fingerprint)) continue;
    if (key->second.verify(message, signature.bytes)) signers.insert(std::move(fingerprint));
  }
  if (signers.size() < role.threshold)
    return Error(ErrorCode::mismatch, "signed by " + std::to_string(signers.size()) + " of its keys, where " +
                                          std::to_string(role.threshold) + " must sign");
  return {};
}

}  // namespace supply::tuf
