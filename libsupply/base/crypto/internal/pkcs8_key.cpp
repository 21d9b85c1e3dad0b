#include <algorithm>
#include <cstdint>

#include "libsupply/base/crypto/internal/encrypted_key.hpp"
#include "libsupply/base/crypto/internal/openssl_ptr.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto::internal {
namespace {

// The file chooses the cost. 5 million rounds of PBKDF2 are some seconds; OpenSSL gives scrypt at most 32 MiB.

// What we write: N=2^14, r=8, p=5 (OWASP's equal of N=2^17 within the 16 MiB that every OpenSSL allows).
constexpr std::uint64_t kScryptN = 16'384, kScryptR = 8, kScryptP = 5;
constexpr int kSaltBytes = 16;

using Pbe2Ptr = std::unique_ptr<PBE2PARAM, Deleter<PBE2PARAM_free>>;
using Pbkdf2Ptr = std::unique_ptr<PBKDF2PARAM, Deleter<PBKDF2PARAM_free>>;
using ScryptPtr = std::unique_ptr<SCRYPT_PARAMS, Deleter<SCRYPT_PARAMS_free>>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// A parameter's number, or as much as there can be.
std::uint64_t number(const ASN1_INTEGER* integer) {
  std::uint64_t value = 0;
  return integer != nullptr && ASN1_INTEGER_get_uint64(&value, integer) == 1 ? value : UINT64_MAX;
}

Error too_costly(std::string what) {
  return Error(ErrorCode::limit_exceeded, "key derivation with " + std::move(what) + " costs too much");
}

Status check_cost(const X509_ALGOR* kdf) {
  const int nid = OBJ_obj2nid(kdf->algorithm);
  if (nid == NID_id_pbkdf2) {
    const Pbkdf2Ptr params(
        static_cast<PBKDF2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), kdf->parameter)));
    if (!params) return Error(ErrorCode::malformed, "damaged PBKDF2 parameters");
    const std::uint64_t rounds = number(params->iter);
    if (rounds > kMaxKeyFileRounds) return too_costly("more than " + std::to_string(kMaxKeyFileRounds) + " rounds");
    return {};
  }
  if (nid == NID_id_scrypt) {
    const ScryptPtr params(
        static_cast<SCRYPT_PARAMS*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), kdf->parameter)));
    if (!params) return Error(ErrorCode::malformed, "damaged scrypt parameters");
    const std::uint64_t n = number(params->costParameter);
    const std::uint64_t r = number(params->blockSize);
    const std::uint64_t p = number(params->parallelizationParameter);
    constexpr std::uint64_t kLargest = std::uint64_t{1} << 20;  // so that no product below overflows
    if (n > kLargest || r > kLargest || p > kLargest || 128 * r * (n + p + 2) > kMaxScryptBytes ||
        n * r * p > kMaxScryptBlocks) {
      return too_costly("these scrypt parameters");
    }
    return {};
  }
  return Error(ErrorCode::unsupported, "key derivation other than PBKDF2 and scrypt");
}

Status check_scheme(const X509_SIG* sealed) {
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(sealed, &algorithm, nullptr);
  if (OBJ_obj2nid(algorithm->algorithm) != NID_pbes2) {
    return Error(ErrorCode::unsupported,
                 "password-based encryption other than PBES2: write the key anew with "
                 "openssl pkcs8 -topk8");
  }
  const Pbe2Ptr params(
      static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter)));
  if (!params) return Error(ErrorCode::malformed, "damaged PBES2 parameters");
  if (EVP_get_cipherbyobj(params->encryption->algorithm) == nullptr) {
    return Error(ErrorCode::unsupported, "cipher that OpenSSL does not know");
  }
  return check_cost(params->keyfunc);
}

}  // namespace

Result<SecretBytes> decrypt_pkcs8(std::string_view der, std::string_view password) {
  const unsigned char* at = bytes(der);
  const X509SigPtr sealed(d2i_X509_SIG(nullptr, &at, static_cast<long>(der.size())));
  worked(0);
  if (!sealed || at != bytes(der) + der.size()) return Error(ErrorCode::malformed, "damaged encrypted PKCS#8 key");
  const Status known = check_scheme(sealed.get());
  worked(0);
  SUPPLY_TRY(known);
  const std::string_view text = password.empty() ? "" : password;
  const Pkcs8Ptr plain(PKCS8_decrypt(sealed.get(), text.data(), static_cast<int>(text.size())));
  worked(0);
  // There is no check value beside the padding, so most damage looks like a wrong password.
  if (!plain) return Error(ErrorCode::unauthenticated, "wrong passphrase, or a damaged file");
  unsigned char* encoded = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(plain.get(), &encoded);
  SUPPLY_TRY(check(size, "PKCS#8 encoding"));
  SecretBytes secret(static_cast<std::size_t>(size));
  std::copy(encoded, encoded + size, secret.data());
  OPENSSL_clear_free(encoded, static_cast<std::size_t>(size));
  return secret;
}

Result<std::string> encrypt_pkcs8(std::string_view pkcs8, std::string_view password) {
  const unsigned char* at = bytes(pkcs8);
  const Pkcs8Ptr plain(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(pkcs8.size())));
  SUPPLY_TRY(check(plain ? 1 : 0, "PKCS#8 encoding"));
  AlgorPtr scheme(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, kSaltBytes, nullptr, kScryptN, kScryptR, kScryptP));
  SUPPLY_TRY(check(scheme ? 1 : 0, "PBES2 parameters"));
  const std::string_view text = password.empty() ? "" : password;
  const X509SigPtr sealed(PKCS8_set0_pbe(text.data(), static_cast<int>(text.size()), plain.get(), scheme.get()));
  SUPPLY_TRY(check(sealed ? 1 : 0, "PKCS#8 encryption"));
  scheme.release();  // now part of `sealed`
  unsigned char* der = nullptr;
  const int size = i2d_X509_SIG(sealed.get(), &der);
  SUPPLY_TRY(check(size, "PKCS#8 encoding"));
  std::string result(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return result;
}

}  // namespace supply::crypto::internal
