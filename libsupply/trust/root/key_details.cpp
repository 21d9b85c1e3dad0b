#include "libsupply/trust/root/key_details.hpp"

#include <algorithm>
#include <iterator>

#include "libsupply/base/crypto/key_parts.hpp"
#include "libsupply/base/text/base64.hpp"

namespace supply::root {
namespace {

using crypto::KeyType;
using crypto::SignatureScheme;

enum class Family { unsaid, rsa, ecdsa, ed25519, unused };

struct Details {
  int number;
  std::string_view name;
  Family family;
};
constexpr Details kDetails[] = {
    {0, "PUBLIC_KEY_DETAILS_UNSPECIFIED", Family::unsaid},
    {1, "PKCS1_RSA_PKCS1V5", Family::rsa},
    {2, "PKCS1_RSA_PSS", Family::rsa},
    {3, "PKIX_RSA_PKCS1V5", Family::rsa},
    {4, "PKIX_RSA_PSS", Family::rsa},
    {5, "PKIX_ECDSA_P256_SHA_256", Family::ecdsa},
    {6, "PKIX_ECDSA_P256_HMAC_SHA_256", Family::ecdsa},
    {7, "PKIX_ED25519", Family::ed25519},
    {8, "PKIX_ED25519_PH", Family::ed25519},
    {9, "PKIX_RSA_PKCS1V15_2048_SHA256", Family::rsa},
    {10, "PKIX_RSA_PKCS1V15_3072_SHA256", Family::rsa},
    {11, "PKIX_RSA_PKCS1V15_4096_SHA256", Family::rsa},
    {12, "PKIX_ECDSA_P384_SHA_384", Family::ecdsa},
    {13, "PKIX_ECDSA_P521_SHA_512", Family::ecdsa},
    {14, "LMS_SHA256", Family::unused},
    {15, "LMOTS_SHA256", Family::unused},
    {16, "PKIX_RSA_PSS_2048_SHA256", Family::rsa},
    {17, "PKIX_RSA_PSS_3072_SHA256", Family::rsa},
    {18, "PKIX_RSA_PSS_4096_SHA256", Family::rsa},
    {19, "PKIX_ECDSA_P384_SHA_256", Family::ecdsa},
    {20, "PKIX_ECDSA_P521_SHA_256", Family::ecdsa},
    {21, "ML_DSA_65", Family::unused},
    {22, "ML_DSA_87", Family::unused},
    {23, "ML_DSA_44", Family::unused},
};

Family family_named(std::string_view details) {
  if (details.empty()) return Family::unsaid;
  const auto* const found =
      std::find_if(std::begin(kDetails), std::end(kDetails), [&](const Details& each) { return each.name == details; });
  return found == std::end(kDetails) ? Family::unused : found->family;
}

Family family_of(KeyType type) {
  if (type == KeyType::rsa) return Family::rsa;
  return type == KeyType::ed25519 ? Family::ed25519 : Family::ecdsa;
}

// PKCS#1 is bare in keys of old CT logs; SubjectPublicKeyInfo in all others.
Result<crypto::PublicKey> decoded(std::string_view der, std::string_view details) {
  if (!details.starts_with("PKCS1_")) return crypto::PublicKey::from_der(der);
  const std::string text = to_base64(der);
  std::string pem = "-----BEGIN RSA PUBLIC KEY-----\n";
  for (std::size_t i = 0; i < text.size(); i += 64) pem += text.substr(i, 64) + '\n';
  return crypto::PublicKey::from_pem(pem + "-----END RSA PUBLIC KEY-----\n");
}

std::string details_of(const crypto::PublicKey& key, crypto::HashAlgorithm algorithm) {
  const std::string hash(crypto::to_string(algorithm).substr(3));  // "256"
  switch (key.type()) {
    case KeyType::ecdsa_p256: return "PKIX_ECDSA_P256_SHA_" + hash;
    case KeyType::ecdsa_p384: return "PKIX_ECDSA_P384_SHA_" + hash;
    case KeyType::ecdsa_p521: return "PKIX_ECDSA_P521_SHA_" + hash;
    case KeyType::rsa: return "PKIX_RSA_PKCS1V15_" + std::to_string(crypto::rsa_bits(key)) + "_SHA" + hash;
    case KeyType::ed25519: return "PKIX_ED25519";
  }
  return "";
}

}  // namespace

std::string key_details(const crypto::PublicKey& key, SignatureScheme scheme) {
  return details_of(key, crypto::hash_of(scheme)) + (scheme == SignatureScheme::ed25519ph ? "_PH" : "");
}

bool are_details_of(std::string_view details, const crypto::PublicKey& key, crypto::HashAlgorithm hash) {
  if (key.type() == KeyType::ed25519 && details == "PKIX_ED25519_PH") return true;
  return details == details_of(key, hash);
}

Result<std::optional<crypto::PublicKey>> listed_key(std::string_view key, std::string_view details) {
  const Family said = family_named(details);
  if (said == Family::unused) return std::optional<crypto::PublicKey>();
  Result<crypto::PublicKey> read = decoded(key, details);
  if (!read && read.error().code() == ErrorCode::unsupported) return std::optional<crypto::PublicKey>();
  if (!read) return std::move(read).error();
  if (said != Family::unsaid && said != family_of(read->type())) return std::optional<crypto::PublicKey>();
  return std::optional(*std::move(read));
}

std::string_view details_numbered(std::int64_t number) {
  for (const Details& each : kDetails)
    if (each.number == number) return each.name;
  return "";
}

}  // namespace supply::root
