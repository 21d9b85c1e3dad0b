#include "libsupply/base/crypto/key.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <span>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/crypto/internal/pem.hpp"
#include "libsupply/base/crypto/internal/pkey.hpp"

namespace supply::crypto {
namespace {

constexpr KeyType kKeyTypes[] = {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519,
                                 KeyType::rsa};

struct Attempt {
  SignatureScheme scheme;
  const char* hash;  // nullptr: the scheme hashes for itself
};

// SHA-256, which cosign's family reads, and the curve's own hash, which cosign 3.1 writes.
std::span<const Attempt> attempts(KeyType type) {
  static constexpr Attempt p256[] = {{SignatureScheme::ecdsa_sha256, "SHA2-256"}};
  static constexpr Attempt p384[] = {{SignatureScheme::ecdsa_sha256, "SHA2-256"},
                                     {SignatureScheme::ecdsa_sha384, "SHA2-384"}};
  static constexpr Attempt p521[] = {{SignatureScheme::ecdsa_sha256, "SHA2-256"},
                                     {SignatureScheme::ecdsa_sha512, "SHA2-512"}};
  static constexpr Attempt rsa[] = {{SignatureScheme::rsa_pkcs1_sha256, "SHA2-256"},
                                    {SignatureScheme::rsa_pkcs1_sha384, "SHA2-384"},
                                    {SignatureScheme::rsa_pkcs1_sha512, "SHA2-512"}};
  static constexpr Attempt ed25519[] = {{SignatureScheme::ed25519, nullptr}};
  switch (type) {
    case KeyType::ecdsa_p256: return p256;
    case KeyType::ecdsa_p384: return p384;
    case KeyType::ecdsa_p521: return p521;
    case KeyType::rsa: return rsa;
    case KeyType::ed25519: return ed25519;
  }
  return {};
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// OpenSSL 3.0 lacks the prehashed form. Source: RFC 8032, section 5.1; no context.
bool verifies_ed25519ph(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  std::array<unsigned char, crypto_sign_ed25519_PUBLICKEYBYTES> raw{};
  std::size_t size = raw.size();
  if (signature.size() != crypto_sign_ed25519_BYTES ||
      !internal::worked(EVP_PKEY_get_raw_public_key(key, raw.data(), &size)) || size != raw.size()) {
    return false;
  }
  std::array<unsigned char, crypto_sign_ed25519_BYTES> copy{};
  std::copy(signature.begin(), signature.end(), copy.begin());
  crypto_sign_ed25519ph_state state;
  return crypto_sign_ed25519ph_init(&state) == 0 &&
         crypto_sign_ed25519ph_update(&state, bytes(message), message.size()) == 0 &&
         crypto_sign_ed25519ph_final_verify(&state, copy.data(), raw.data()) == 0;
}

}  // namespace

std::string_view to_string(KeyType type) {
  switch (type) {
    case KeyType::ecdsa_p256: return "ecdsa-p256";
    case KeyType::ecdsa_p384: return "ecdsa-p384";
    case KeyType::ecdsa_p521: return "ecdsa-p521";
    case KeyType::ed25519: return "ed25519";
    case KeyType::rsa: return "rsa";
  }
  return "";
}

Result<KeyType> parse_key_type(std::string_view name) {
  std::string names;
  for (const KeyType type : kKeyTypes) {
    if (to_string(type) == name) return type;
    names.append(names.empty() ? "" : ", ").append(to_string(type));
  }
  return Error(ErrorCode::usage, "key type " + quote(name) + ": want one of " + names);
}

std::string_view to_string(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_sha256: return "ecdsa-sha256";
    case SignatureScheme::ecdsa_sha384: return "ecdsa-sha384";
    case SignatureScheme::ecdsa_sha512: return "ecdsa-sha512";
    case SignatureScheme::rsa_pkcs1_sha256: return "rsa-pkcs1-sha256";
    case SignatureScheme::rsa_pkcs1_sha384: return "rsa-pkcs1-sha384";
    case SignatureScheme::rsa_pkcs1_sha512: return "rsa-pkcs1-sha512";
    case SignatureScheme::ed25519: return "ed25519";
    case SignatureScheme::ed25519ph: return "ed25519ph";
  }
  return "";
}

struct PublicKey::Impl {
  internal::PkeyPtr key;
  KeyType type;
  std::string der;
};

PublicKey::PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
PublicKey::PublicKey(const PublicKey&) = default;
PublicKey& PublicKey::operator=(const PublicKey&) = default;
PublicKey::PublicKey(PublicKey&&) noexcept = default;
PublicKey& PublicKey::operator=(PublicKey&&) noexcept = default;
PublicKey::~PublicKey() = default;

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  SUPPLY_TRY(const std::vector<internal::PemBlock> blocks, internal::read_pem(pem));
  // Which of several would be trusted is not for us to guess.
  if (blocks.size() != 1) {
    return Error(ErrorCode::malformed, std::to_string(blocks.size()) + " PEM blocks: want one public key");
  }
  const internal::PemBlock& block = blocks.front();
  if (block.label == "PUBLIC KEY") return from_der(block.der.view());
  if (block.label == "RSA PUBLIC KEY") {
    const unsigned char* at = block.der.data();
    const internal::PkeyPtr key(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(block.der.size())));
    internal::worked(0);
    if (!key || at != block.der.data() + block.der.size()) {
      return Error(ErrorCode::malformed, "damaged RSA public key");
    }
    SUPPLY_TRY(const std::string der, internal::public_der(key.get()));
    return from_der(der);
  }
  if (block.label.find("PRIVATE KEY") != std::string::npos) {
    return Error(ErrorCode::malformed, "PEM block " + quote(block.label) + ": want the public key (\"PUBLIC KEY\")");
  }
  if (block.label == "CERTIFICATE")
    return Error(ErrorCode::unsupported,
                 "a certificate: want its public key (openssl x509 -pubkey -noout writes it)");
  return Error(ErrorCode::unsupported, "PEM block " + quote(block.label) + ": want \"PUBLIC KEY\"");
}

Result<PublicKey> PublicKey::from_der(std::string_view spki) {
  if (spki.size() > kMaxKeyFileBytes) {
    return Error(ErrorCode::limit_exceeded, "public key larger than " + std::to_string(kMaxKeyFileBytes) + " bytes");
  }
  const unsigned char* at = bytes(spki);
  internal::PkeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
  internal::worked(0);
  if (!key) return Error(ErrorCode::malformed, "damaged public key, or one of an unknown type or curve");
  if (at != bytes(spki) + spki.size()) return Error(ErrorCode::malformed, "bytes after the public key");
  SUPPLY_TRY(const KeyType type, internal::key_type(key.get()));
  SUPPLY_TRY(std::string der, internal::public_der(key.get()));
  return PublicKey(std::make_shared<const Impl>(Impl{std::move(key), type, std::move(der)}));
}

KeyType PublicKey::type() const { return impl_->type; }
std::string PublicKey::to_pem() const { return internal::write_pem("PUBLIC KEY", impl_->der); }
std::string PublicKey::to_der() const { return impl_->der; }
std::string PublicKey::fingerprint() const { return hash(HashAlgorithm::sha256, impl_->der); }

Result<SignatureScheme> PublicKey::verify(std::string_view message, std::string_view signature) const {
  for (const Attempt& attempt : attempts(impl_->type)) {
    const internal::MdCtxPtr context(EVP_MD_CTX_new());
    SUPPLY_TRY(internal::check(context ? 1 : 0, "verification context"));
    SUPPLY_TRY(internal::check(
        EVP_DigestVerifyInit_ex(context.get(), nullptr, attempt.hash, nullptr, nullptr, impl_->key.get(), nullptr),
        "start of a verification"));
    // OpenSSL takes an ECDSA signature only in its one DER form: it encodes what it read and compares.
    if (internal::worked(
            EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()))) {
      return attempt.scheme;
    }
  }
  if (impl_->type == KeyType::ed25519 && verifies_ed25519ph(impl_->key.get(), message, signature)) {
    return SignatureScheme::ed25519ph;
  }
  return Error(ErrorCode::mismatch, "signature was not made by this key over these bytes");
}

}  // namespace supply::crypto
