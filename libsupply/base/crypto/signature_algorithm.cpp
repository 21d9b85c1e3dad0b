#include "libsupply/base/crypto/signature_algorithm.hpp"

#include <openssl/rsa.h>

#include <array>
#include <utility>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/internal/ecdsa_verify.hpp"
#include "libsupply/base/crypto/internal/openssl_ptr.hpp"
#include "libsupply/base/crypto/rsa_pss.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto {
namespace {

constexpr std::array<std::pair<std::string_view, SignatureScheme>, 7> kSchemes{{
    {"1.2.840.10045.4.3.2", SignatureScheme::ecdsa_sha256},
    {"1.2.840.10045.4.3.3", SignatureScheme::ecdsa_sha384},
    {"1.2.840.10045.4.3.4", SignatureScheme::ecdsa_sha512},
    {"1.2.840.113549.1.1.11", SignatureScheme::rsa_pkcs1_sha256},
    {"1.2.840.113549.1.1.12", SignatureScheme::rsa_pkcs1_sha384},
    {"1.2.840.113549.1.1.13", SignatureScheme::rsa_pkcs1_sha512},
    {"1.3.101.112", SignatureScheme::ed25519},
}};

constexpr std::array<std::pair<std::string_view, HashAlgorithm>, 3> kHashes{{
    {"2.16.840.1.101.3.4.2.1", HashAlgorithm::sha256},
    {"2.16.840.1.101.3.4.2.2", HashAlgorithm::sha384},
    {"2.16.840.1.101.3.4.2.3", HashAlgorithm::sha512},
}};

const EVP_MD* method(HashAlgorithm algorithm) {
  if (algorithm == HashAlgorithm::sha384) return EVP_sha384();
  return algorithm == HashAlgorithm::sha512 ? EVP_sha512() : EVP_sha256();
}

enum class Family { ecdsa, rsa, ed25519 };

Family family_of(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_sha256:
    case SignatureScheme::ecdsa_sha384:
    case SignatureScheme::ecdsa_sha512: return Family::ecdsa;
    case SignatureScheme::rsa_pkcs1_sha256:
    case SignatureScheme::rsa_pkcs1_sha384:
    case SignatureScheme::rsa_pkcs1_sha512: return Family::rsa;
    case SignatureScheme::ed25519:
    case SignatureScheme::ed25519ph: return Family::ed25519;
  }
  return Family::ed25519;
}

Family family_of(KeyType type) {
  if (type == KeyType::rsa) return Family::rsa;
  return type == KeyType::ed25519 ? Family::ed25519 : Family::ecdsa;
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Error not_made() { return Error(ErrorCode::mismatch, "signature was not made by this key over these bytes"); }

}  // namespace

Result<StatedAlgorithm> stated_algorithm(std::string_view content) {
  DerReader reader(content);
  SUPPLY_TRY(const DerValue oid, reader.next(der_tag::kOid));
  StatedAlgorithm stated;
  SUPPLY_TRY(stated.oid, der_oid(oid.content));
  if (reader.empty()) return stated;
  SUPPLY_TRY(const DerValue parameters, reader.next());
  stated.parameters = std::string(parameters.whole);
  SUPPLY_TRY(reader.end());
  return stated;
}

Status verify_as(const StatedAlgorithm& stated, const PublicKey& key, std::string_view message,
                 std::string_view signature) {
  if (stated.oid == kRsaPss) {
    const Result<RsaPssParameters> parameters = rsa_pss_parameters(stated.parameters);
    if (!parameters) return Error(ErrorCode::unsupported, "signature algorithm: " + parameters.error().message());
    return verify_rsa_pss(*parameters, key, message, signature);
  }
  const std::optional<SignatureScheme> scheme = scheme_of(stated.oid);
  if (!scheme)
    return Error(ErrorCode::unsupported, "signature algorithm " + stated.oid + ": want one with SHA-2, or Ed25519");
  return verify_as(*scheme, key, message, signature);
}

HashAlgorithm hash_of(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_sha384:
    case SignatureScheme::rsa_pkcs1_sha384: return HashAlgorithm::sha384;
    case SignatureScheme::ecdsa_sha512:
    case SignatureScheme::rsa_pkcs1_sha512:
    case SignatureScheme::ed25519ph:
    case SignatureScheme::ed25519: return HashAlgorithm::sha512;
    default: return HashAlgorithm::sha256;
  }
}

bool is_scheme_of(SignatureScheme scheme, KeyType type) { return family_of(scheme) == family_of(type); }

std::optional<SignatureScheme> scheme_of(std::string_view oid) {
  for (const auto& [name, scheme] : kSchemes)
    if (name == oid) return scheme;
  return std::nullopt;
}

std::optional<HashAlgorithm> sha2_of(std::string_view oid) {
  for (const auto& [name, algorithm] : kHashes)
    if (name == oid) return algorithm;
  return std::nullopt;
}

Status verify_hash_as(SignatureScheme scheme, const PublicKey& key, std::string_view hash, std::string_view signature) {
  const Family family = family_of(scheme);
  if (family != family_of(key.type()))
    return Error(ErrorCode::mismatch, "a key of type " + std::string(to_string(key.type())) +
                                          " makes no signature of scheme " + std::string(to_string(scheme)));
  if (family == Family::ed25519)
    return Error(ErrorCode::unsupported, "an Ed25519 signature is over the file itself, not over its digest");
  if (key.cost(signature) == 0) return not_made();
  const std::string der = key.to_der();
  if (const auto point = internal::curve_point(der)) {
    const std::size_t size = hash_of(scheme) == HashAlgorithm::sha256   ? 32
                             : hash_of(scheme) == HashAlgorithm::sha384 ? 48
                                                                        : 64;
    return hash.size() == size && internal::verifies_ecdsa(*point, hash, signature) ? Status() : Status(not_made());
  }
  const unsigned char* at = bytes(der);
  const internal::PkeyPtr handle(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  SUPPLY_TRY(internal::check(handle ? 1 : 0, "public key"));
  const internal::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, handle.get(), nullptr));
  SUPPLY_TRY(internal::check(context ? 1 : 0, "verification context"));
  SUPPLY_TRY(internal::check(EVP_PKEY_verify_init(context.get()), "start of a verification"));
  SUPPLY_TRY(internal::check(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING), "padding"));
  const EVP_MD* const digest = method(hash_of(scheme));
  SUPPLY_TRY(internal::check(EVP_PKEY_CTX_set_signature_md(context.get(), digest), "hash of a signature"));
  if (hash.size() != static_cast<std::size_t>(EVP_MD_get_size(digest))) return not_made();
  if (!internal::worked(EVP_PKEY_verify(context.get(), bytes(signature), signature.size(), bytes(hash), hash.size())))
    return not_made();
  return {};
}

Status verify_as(SignatureScheme scheme, const PublicKey& key, std::string_view message, std::string_view signature) {
  // A P-256 key has one scheme.
  const bool only_one = scheme == SignatureScheme::ecdsa_sha256 && key.type() == KeyType::ecdsa_p256;
  if (family_of(scheme) != Family::ed25519 && !only_one)
    return verify_hash_as(scheme, key, hash(hash_of(scheme), message), signature);
  SUPPLY_TRY(const SignatureScheme made, key.verify(message, signature));
  return made == scheme ? Status() : Status(not_made());
}

}  // namespace supply::crypto
