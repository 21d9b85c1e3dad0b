#include "libsupply/base/crypto/rsa_pss.hpp"

#include <openssl/rsa.h>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/internal/openssl_ptr.hpp"
#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/limits/statement_limits.hpp"

namespace supply::crypto {
namespace {

const EVP_MD* method(HashAlgorithm algorithm) {
  if (algorithm == HashAlgorithm::sha384) return EVP_sha384();
  return algorithm == HashAlgorithm::sha512 ? EVP_sha512() : EVP_sha256();
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

constexpr std::string_view kMgf1 = "1.2.840.113549.1.1.8";

Error unsupported(std::string what) { return Error(ErrorCode::unsupported, "RSASSA-PSS " + std::move(what)); }

// AlgorithmIdentifier of a hash: its parameters are NULL or absent (RFC 4055, section 2.1).
Result<HashAlgorithm> sha2_in(std::string_view content) {
  DerReader reader(content);
  SUPPLY_TRY(const DerValue oid, reader.next(der_tag::kOid));
  if (reader.peek() == der_tag::kNull) SUPPLY_TRY(reader.next());
  SUPPLY_TRY(reader.end());
  SUPPLY_TRY(const std::string name, der_oid(oid.content));
  const std::optional<HashAlgorithm> hash = sha2_of(name);
  if (!hash) return unsupported("with hash " + name + ": want SHA-256, SHA-384 or SHA-512");
  return *hash;
}

Result<HashAlgorithm> hash_in(std::string_view explicit_content) {
  SUPPLY_TRY(const std::string_view content, der_content(explicit_content, der_tag::kSequence));
  return sha2_in(content);
}

Result<HashAlgorithm> mask_hash_in(std::string_view explicit_content) {
  SUPPLY_TRY(const std::string_view content, der_content(explicit_content, der_tag::kSequence));
  DerReader reader(content);
  SUPPLY_TRY(const DerValue oid, reader.next(der_tag::kOid));
  SUPPLY_TRY(const DerValue hash, reader.next(der_tag::kSequence));
  SUPPLY_TRY(reader.end());
  SUPPLY_TRY(const std::string name, der_oid(oid.content));
  if (name != kMgf1) return unsupported("with mask generation " + name + ": want MGF1");
  return sha2_in(hash.content);
}

Status verify(HashAlgorithm algorithm, int salt_bytes, const PublicKey& key, std::string_view message,
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
  SUPPLY_TRY(internal::check(EVP_PKEY_CTX_set_rsa_pss_saltlen(pss, salt_bytes), "length of the salt"));
  if (!internal::worked(
          EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size())))
    return Error(ErrorCode::mismatch, "signature was not made by this key over these bytes");
  return {};
}

}  // namespace

Status verify_rsa_pss(HashAlgorithm algorithm, const PublicKey& key, std::string_view message,
                      std::string_view signature) {
  return verify(algorithm, RSA_PSS_SALTLEN_AUTO, key, message, signature);
}

Status verify_rsa_pss(const RsaPssParameters& parameters, const PublicKey& key, std::string_view message,
                      std::string_view signature) {
  return verify(parameters.hash, static_cast<int>(parameters.salt_bytes), key, message, signature);
}

Result<RsaPssParameters> rsa_pss_parameters(std::string_view der) {
  constexpr std::size_t kRsaBytes = kMaxRsaBits / 8;  // of the largest signature
  SUPPLY_TRY(const std::string_view content, der_content(der, der_tag::kSequence));
  DerReader reader(content);
  if (reader.peek() != der_tag::context(0)) return unsupported("with SHA-1: want SHA-256, SHA-384 or SHA-512");
  SUPPLY_TRY(const DerValue hash, reader.next());
  RsaPssParameters parameters;
  SUPPLY_TRY(parameters.hash, hash_in(hash.content));
  if (reader.peek() != der_tag::context(1)) return unsupported("with MGF1 over SHA-1: want that of the hash");
  SUPPLY_TRY(const DerValue mask, reader.next());
  SUPPLY_TRY(const HashAlgorithm masking, mask_hash_in(mask.content));
  if (masking != parameters.hash) return unsupported("with MGF1 over another hash");
  parameters.salt_bytes = 20;  // the default
  if (reader.peek() == der_tag::context(2)) {
    SUPPLY_TRY(const DerValue salt, reader.next());
    SUPPLY_TRY(const std::string_view number, der_content(salt.content, der_tag::kInteger));
    SUPPLY_TRY(const std::uint64_t size, der_whole_number(number));
    if (size > kRsaBytes) return unsupported("with a salt of " + std::to_string(size) + " bytes");
    parameters.salt_bytes = size;
  }
  if (reader.peek() == der_tag::context(3)) {
    SUPPLY_TRY(const DerValue trailer, reader.next());
    SUPPLY_TRY(const std::string_view number, der_content(trailer.content, der_tag::kInteger));
    if (number != "\x01") return unsupported("with another trailer than 1");
  }
  SUPPLY_TRY(reader.end());
  return parameters;
}

}  // namespace supply::crypto
