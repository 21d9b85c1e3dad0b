#include <openssl/rsa.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "libsupply/base/crypto/internal/encrypted_key.hpp"
#include "libsupply/base/crypto/internal/pem.hpp"
#include "libsupply/base/crypto/internal/pkey.hpp"
#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto {
namespace {

constexpr std::string_view kSigstoreLabel = "ENCRYPTED SIGSTORE PRIVATE KEY";
constexpr std::string_view kCosignLabel = "ENCRYPTED COSIGN PRIVATE KEY";
constexpr std::string_view kEncryptedLabel = "ENCRYPTED PRIVATE KEY";

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Result<internal::PkeyPtr> from_pkcs8(std::string_view der) {
  const unsigned char* at = bytes(der);
  const internal::Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  internal::PkeyPtr key(info && at == bytes(der) + der.size() ? EVP_PKCS82PKEY(info.get()) : nullptr);
  internal::worked(0);
  if (!key) return Error(ErrorCode::malformed, "damaged PKCS#8 key, or one of an unknown type or curve");
  return key;
}

Result<internal::PkeyPtr> from_traditional(int type, std::string_view der) {
  const unsigned char* at = bytes(der);
  internal::PkeyPtr key(d2i_PrivateKey(type, nullptr, &at, static_cast<long>(der.size())));
  internal::worked(0);
  if (!key || at != bytes(der) + der.size()) {
    return Error(ErrorCode::malformed, type == EVP_PKEY_RSA ? "damaged PKCS#1 key" : "damaged SEC1 key");
  }
  return key;
}

Result<internal::PkeyPtr> from_block(const internal::PemBlock& block, std::string_view password) {
  if (block.has_headers) {
    return Error(ErrorCode::unsupported, "PEM encryption with headers: write the key anew with openssl pkcs8 -topk8");
  }
  const std::string_view der = block.der.view();
  if (block.label == kSigstoreLabel || block.label == kCosignLabel) {
    SUPPLY_TRY(const internal::SecretBytes plain, internal::decrypt_cosign(der, password));
    return from_pkcs8(plain.view());
  }
  if (block.label == kEncryptedLabel) {
    SUPPLY_TRY(const internal::SecretBytes plain, internal::decrypt_pkcs8(der, password));
    return from_pkcs8(plain.view());
  }
  if (block.label == "PRIVATE KEY") return from_pkcs8(der);
  if (block.label == "RSA PRIVATE KEY") return from_traditional(EVP_PKEY_RSA, der);
  if (block.label == "EC PRIVATE KEY") return from_traditional(EVP_PKEY_EC, der);
  if (block.label == "OPENSSH PRIVATE KEY")
    return Error(ErrorCode::unsupported, "an OpenSSH private key: write it anew with ssh-keygen -p -m PKCS8 -f COPY");
  return Error(ErrorCode::unsupported, "holds no private key, but a PEM block " + quote(block.label));
}

Result<internal::SecretBytes> to_pkcs8(EVP_PKEY* key) {
  const internal::Pkcs8Ptr info(EVP_PKEY2PKCS8(key));
  SUPPLY_TRY(internal::check(info ? 1 : 0, "PKCS#8 encoding"));
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  SUPPLY_TRY(internal::check(size, "PKCS#8 encoding"));
  internal::SecretBytes secret(std::string_view(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)));
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return secret;
}

EVP_PKEY* new_key(KeyType type, unsigned rsa_bits) {
  switch (type) {
    case KeyType::ecdsa_p256: return EVP_EC_gen("P-256");
    case KeyType::ecdsa_p384: return EVP_EC_gen("P-384");
    case KeyType::ecdsa_p521: return EVP_EC_gen("P-521");
    case KeyType::ed25519: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case KeyType::rsa: return EVP_RSA_gen(rsa_bits);
  }
  return nullptr;
}

Error does_not_fit(SignatureScheme scheme, KeyType type) {
  return Error(ErrorCode::unsupported, "a key of type " + std::string(to_string(type)) +
                                           " makes no signature of scheme " + std::string(to_string(scheme)));
}

Result<std::string> sign_ed25519ph(EVP_PKEY* key, std::string_view message) {
  internal::SecretBytes seed(std::size_t{crypto_sign_SEEDBYTES});
  std::size_t size = seed.size();
  SUPPLY_TRY(internal::check(EVP_PKEY_get_raw_private_key(key, seed.data(), &size), "Ed25519 key"));
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key{};
  internal::SecretBytes secret(std::size_t{crypto_sign_SECRETKEYBYTES});
  crypto_sign_seed_keypair(public_key.data(), secret.data(), seed.data());
  crypto_sign_ed25519ph_state state;
  crypto_sign_ed25519ph_init(&state);
  crypto_sign_ed25519ph_update(&state, bytes(message), message.size());
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_ed25519ph_final_create(&state, reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                                     secret.data());
  return signature;
}

}  // namespace

struct PrivateKey::Impl {
  internal::PkeyPtr key;
  PublicKey public_key;
};

PrivateKey::PrivateKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

Result<PrivateKey> PrivateKey::generate(KeyType type, unsigned rsa_bits) {
  if (type == KeyType::rsa && (rsa_bits < 2'048 || rsa_bits > 16'384)) {
    return Error(ErrorCode::usage, "RSA key of " + std::to_string(rsa_bits) + " bits: want 2048 to 16384");
  }
  internal::PkeyPtr key(new_key(type, rsa_bits));
  SUPPLY_TRY(internal::check(key ? 1 : 0, "key generation"));
  SUPPLY_TRY(const std::string der, internal::public_der(key.get()));
  SUPPLY_TRY(PublicKey public_key, PublicKey::from_der(der));
  return PrivateKey(std::make_unique<Impl>(Impl{std::move(key), std::move(public_key)}));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem, std::string_view password) {
  SUPPLY_TRY(const std::vector<internal::PemBlock> blocks, internal::read_pem(pem));
  // Which of several would sign is not for us to guess.
  const auto is_key = [](const internal::PemBlock& each) {
    return each.label.find("PRIVATE KEY") != std::string::npos;
  };
  if (const auto keys = std::count_if(blocks.begin(), blocks.end(), is_key); keys > 1) {
    std::string labels;
    for (const internal::PemBlock& each : blocks)
      if (is_key(each)) labels += (labels.empty() ? "" : " and ") + quote(each.label);
    return Error(ErrorCode::malformed,
                 std::to_string(keys) + " private keys (" + labels + "): want one; put each in a file of its own");
  }
  // Others write before the key what they have beside it: its curve, which the key names too, its public half, or its
  // certificate.
  const auto found = std::find_if(blocks.begin(), blocks.end(), is_key);
  SUPPLY_TRY(internal::PkeyPtr key, from_block(found == blocks.end() ? blocks.front() : *found, password));
  SUPPLY_TRY([[maybe_unused]] const KeyType type, internal::key_type(key.get()));
  SUPPLY_TRY(const std::string der, internal::public_der(key.get()));
  SUPPLY_TRY(PublicKey public_key, PublicKey::from_der(der));
  PrivateKey result(std::make_unique<Impl>(Impl{std::move(key), std::move(public_key)}));
  // The two halves are side by side in the file; a signature that nobody can verify must not be found out later.
  constexpr std::string_view probe = "supply: do the halves of this key belong together?";
  const Result<std::string> signature = result.sign(probe);
  if (!signature || !result.impl_->public_key.verify(probe, *signature)) {
    return Error(ErrorCode::malformed, "private and public part of the key do not belong together");
  }
  return result;
}

bool PrivateKey::is_encrypted(std::string_view pem) {
  const Result<std::vector<internal::PemBlock>> blocks = internal::read_pem(pem);
  if (!blocks) return false;
  return std::any_of(blocks->begin(), blocks->end(), [](const internal::PemBlock& each) {
    return each.label == kSigstoreLabel || each.label == kCosignLabel || each.label == kEncryptedLabel;
  });
}

KeyType PrivateKey::type() const { return impl_->public_key.type(); }
PublicKey PrivateKey::public_key() const { return impl_->public_key; }

Result<std::string> PrivateKey::to_encrypted_pkcs8(std::string_view password) const {
  SUPPLY_TRY(const internal::SecretBytes plain, to_pkcs8(impl_->key.get()));
  SUPPLY_TRY(const std::string der, internal::encrypt_pkcs8(plain.view(), password));
  return internal::write_pem(kEncryptedLabel.data(), der);
}

Result<std::string> PrivateKey::to_encrypted_cosign(std::string_view password) const {
  SUPPLY_TRY(const internal::SecretBytes plain, to_pkcs8(impl_->key.get()));
  SUPPLY_TRY(const std::string json, internal::encrypt_cosign(plain.view(), password));
  return internal::write_pem(kSigstoreLabel.data(), json);
}

Result<std::string> PrivateKey::sign(std::string_view message) const {
  const char* const hash = type() == KeyType::ed25519 ? nullptr : "SHA2-256";
  const internal::MdCtxPtr context(EVP_MD_CTX_new());
  SUPPLY_TRY(internal::check(context ? 1 : 0, "signing context"));
  SUPPLY_TRY(
      internal::check(EVP_DigestSignInit_ex(context.get(), nullptr, hash, nullptr, nullptr, impl_->key.get(), nullptr),
                      "start of a signature"));
  std::size_t size = 0;
  SUPPLY_TRY(internal::check(EVP_DigestSign(context.get(), nullptr, &size, bytes(message), message.size()),
                             "length of a signature"));
  std::string signature(size, '\0');
  SUPPLY_TRY(internal::check(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                            bytes(message), message.size()),
                             "signature"));
  signature.resize(size);
  return signature;
}

Result<std::string> PrivateKey::sign_as(SignatureScheme scheme, std::string_view message) const {
  const bool own_scheme = scheme == SignatureScheme::ed25519 || scheme == SignatureScheme::ed25519ph;
  if (!own_scheme) return sign_hash_as(scheme, hash(hash_of(scheme), message));
  if (type() != KeyType::ed25519) return does_not_fit(scheme, type());
  return scheme == SignatureScheme::ed25519 ? sign(message) : sign_ed25519ph(impl_->key.get(), message);
}

Result<std::string> PrivateKey::sign_hash_as(SignatureScheme scheme, std::string_view hash) const {
  if (!is_scheme_of(scheme, type())) return does_not_fit(scheme, type());
  if (type() == KeyType::ed25519)
    return Error(ErrorCode::unsupported, "an Ed25519 signature is over the bytes themselves, not over their hash");
  const EVP_MD* const digest = hash_of(scheme) == HashAlgorithm::sha384   ? EVP_sha384()
                               : hash_of(scheme) == HashAlgorithm::sha512 ? EVP_sha512()
                                                                          : EVP_sha256();
  if (hash.size() != static_cast<std::size_t>(EVP_MD_get_size(digest)))
    return Error(ErrorCode::internal, "hash of " + std::to_string(hash.size()) + " bytes");
  const internal::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, impl_->key.get(), nullptr));
  SUPPLY_TRY(internal::check(context ? 1 : 0, "signing context"));
  SUPPLY_TRY(internal::check(EVP_PKEY_sign_init(context.get()), "start of a signature"));
  if (type() == KeyType::rsa)
    SUPPLY_TRY(internal::check(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING), "padding"));
  SUPPLY_TRY(internal::check(EVP_PKEY_CTX_set_signature_md(context.get(), digest), "hash of a signature"));
  std::size_t size = 0;
  SUPPLY_TRY(
      internal::check(EVP_PKEY_sign(context.get(), nullptr, &size, bytes(hash), hash.size()), "length of a signature"));
  std::string signature(size, '\0');
  SUPPLY_TRY(internal::check(
      EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes(hash), hash.size()),
      "signature"));
  signature.resize(size);
  return signature;
}

}  // namespace supply::crypto
