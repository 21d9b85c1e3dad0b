#include "libsupply/trust/root/key_details.hpp"

#include "libsupply/base/crypto/key_parts.hpp"

namespace supply::root {
namespace {

using crypto::KeyType;
using crypto::SignatureScheme;

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

}  // namespace supply::root
