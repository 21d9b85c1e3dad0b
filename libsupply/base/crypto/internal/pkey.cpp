#include "libsupply/base/crypto/internal/pkey.hpp"

#include <openssl/core_names.h>
#include <sodium.h>

#include <array>

#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto::internal {
namespace {

constexpr int kMinRsaBits = 2'048;

Error unsupported(std::string what) {
  return Error(ErrorCode::unsupported, std::move(what) + ": want " + std::string(kKeysUsed));
}

Result<KeyType> ec_type(EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  int is_explicit = 0;
  if (!worked(EVP_PKEY_get_group_name(key, name.data(), name.size(), &size))) return unsupported("unnamed curve");
  // Parameters written out could be those of a curve with another generator (CVE-2020-0601).
  if (!worked(EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit)) ||
      is_explicit != 0) {
    return unsupported("curve with explicit parameters");
  }
  const std::string_view curve(name.data(), size);
  const bool p256 = curve == SN_X9_62_prime256v1;
  const bool p384 = curve == SN_secp384r1;
  if (!p256 && !p384 && curve != SN_secp521r1) return unsupported("curve " + quote(curve));
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  // That the point is on its curve is all there is to check: the curves have cofactor 1, so that every point is of the
  // group (SP 800-56A, section 5.6.2.3.4). Multiplying it by the order takes as long as many verifications.
  if (!context || !worked(EVP_PKEY_public_check_quick(context.get()))) {
    return Error(ErrorCode::malformed, "public key is no point of its curve");
  }
  return p256 ? KeyType::ecdsa_p256 : p384 ? KeyType::ecdsa_p384 : KeyType::ecdsa_p521;
}

Result<KeyType> rsa_type(EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kMinRsaBits || bits > kMaxRsaBits) return unsupported("RSA key of " + std::to_string(bits) + " bits");
  BIGNUM* exponent = nullptr;
  const bool read = worked(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent));
  const BignumPtr owner(exponent);
  // With 1 as the exponent anybody can sign.
  if (!read || BN_is_odd(exponent) == 0 || BN_is_one(exponent) == 1) {
    return Error(ErrorCode::malformed, "RSA public exponent is even or 1");
  }
  return KeyType::rsa;
}

Result<KeyType> ed25519_type(EVP_PKEY* key) {
  std::array<unsigned char, crypto_sign_ed25519_PUBLICKEYBYTES> raw{};
  std::size_t size = raw.size();
  // Canonical, on the curve, not of small order: for a key of small order anybody can sign.
  if (!worked(EVP_PKEY_get_raw_public_key(key, raw.data(), &size)) || size != raw.size() ||
      crypto_core_ed25519_is_valid_point(raw.data()) != 1) {
    return Error(ErrorCode::malformed, "public key is no Ed25519 point of full order");
  }
  return KeyType::ed25519;
}

}  // namespace

Result<KeyType> key_type(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "EC") == 1) return ec_type(key);
  if (EVP_PKEY_is_a(key, "RSA") == 1) return rsa_type(key);
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return ed25519_type(key);
  const char* const name = EVP_PKEY_get0_type_name(key);
  return unsupported("key type " + quote(name == nullptr ? "unknown" : name));
}

PkeyPtr ed25519_pkey(std::string_view spki) {
  const std::string_view raw = spki.substr(spki.size() - crypto_sign_ed25519_PUBLICKEYBYTES);
  return PkeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                             reinterpret_cast<const unsigned char*>(raw.data()), raw.size()));
}

Result<std::string> public_der(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "EC") == 1) {
    SUPPLY_TRY(check(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed"),
                     "point format"));
  }
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  SUPPLY_TRY(check(size, "encoding of a public key"));
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

}  // namespace supply::crypto::internal
