#include "libsupply/base/crypto/rsa_pss.hpp"

#include <openssl/rsa.h>

#include "libsupply/base/crypto/internal/openssl_ptr.hpp"

namespace supply::crypto {
namespace {

const EVP_MD* method(HashAlgorithm algorithm) {
  if (algorithm == HashAlgorithm::sha384) return EVP_sha384();
  return algorithm == HashAlgorithm::sha512 ? EVP_sha512() : EVP_sha256();
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

Status verify_rsa_pss(HashAlgorithm algorithm, const PublicKey& key, std::string_view message,
                      std::string_view signature) {
  if (key.type() != KeyType::rsa)
    return Error(ErrorCode::mismatch,
                 "a key of type " + std::string(to_string(key.type())) + " makes no RSA signature");
  const std::string der = key.to_der();
  const unsigned char* at = bytes(der);
  const internal::PkeyPtr handle(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  SUPPLY_TRY(internal::check(handle ? 1 : 0, "public key"));
  const internal::MdCtxPtr context(EVP_MD_CTX_new());
  SUPPLY_TRY(internal::check(context ? 1 : 0, "verification context"));
  EVP_PKEY_CTX* pss = nullptr;
  SUPPLY_TRY(internal::check(EVP_DigestVerifyInit(context.get(), &pss, method(algorithm), nullptr, handle.get()),
                             "start of a verification"));
  SUPPLY_TRY(internal::check(EVP_PKEY_CTX_set_rsa_padding(pss, RSA_PKCS1_PSS_PADDING), "padding"));
  SUPPLY_TRY(internal::check(EVP_PKEY_CTX_set_rsa_pss_saltlen(pss, RSA_PSS_SALTLEN_AUTO), "length of the salt"));
  if (!internal::worked(
          EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size())))
    return Error(ErrorCode::mismatch, "signature was not made by this key over these bytes");
  return {};
}

}  // namespace supply::crypto
