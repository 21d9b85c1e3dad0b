#include "libsupply/base/crypto/key.hpp"

#include <openssl/rsa.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <span>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/internal/ecdsa_verify.hpp"
#include "libsupply/base/crypto/internal/ed25519_verify.hpp"
#include "libsupply/base/crypto/internal/pem.hpp"
#include "libsupply/base/crypto/internal/pkey.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto {
namespace {

constexpr KeyType kKeyTypes[] = {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519,
                                 KeyType::rsa};

struct Attempt {
  SignatureScheme scheme;
  HashAlgorithm hash;
};

// SHA-256, which cosign's family reads, and the curve's own hash, which cosign 3.1 writes.
std::span<const Attempt> attempts(KeyType type) {
  static constexpr Attempt p256[] = {{SignatureScheme::ecdsa_sha256, HashAlgorithm::sha256}};
  static constexpr Attempt p384[] = {{SignatureScheme::ecdsa_sha256, HashAlgorithm::sha256},
                                     {SignatureScheme::ecdsa_sha384, HashAlgorithm::sha384}};
  static constexpr Attempt p521[] = {{SignatureScheme::ecdsa_sha256, HashAlgorithm::sha256},
                                     {SignatureScheme::ecdsa_sha512, HashAlgorithm::sha512}};
  static constexpr Attempt rsa[] = {{SignatureScheme::rsa_pkcs1_sha256, HashAlgorithm::sha256},
                                    {SignatureScheme::rsa_pkcs1_sha384, HashAlgorithm::sha384},
                                    {SignatureScheme::rsa_pkcs1_sha512, HashAlgorithm::sha512}};
  switch (type) {
    case KeyType::ecdsa_p256: return p256;
    case KeyType::ecdsa_p384: return p384;
    case KeyType::ecdsa_p521: return p521;
    case KeyType::rsa: return rsa;
    case KeyType::ed25519: return {};  // it hashes for itself
  }
  return {};
}

const EVP_MD* method(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha384: return EVP_sha384();
    case HashAlgorithm::sha512: return EVP_sha512();
    default: return EVP_sha256();
  }
}

constexpr std::size_t kP256Bytes = 72, kP384Bytes = 104, kEcdsaBytes = 139;  // of signatures; the last of P-521
constexpr std::size_t kRsaBytes = kMaxRsaBits / 8;
constexpr std::size_t kMinRsaBytes = 2'048 / 8;

// ECDSA-Sig-Value, in outline: a sequence of two integers. Source: RFC 3279, section 2.2.3.
bool is_two_integers(std::string_view der) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(der[i]); };
  if (der.size() < 8 || der.size() > kEcdsaBytes || at(0) != 0x30) return false;
  const std::size_t start = at(1) == 0x81 ? 3 : 2;
  if (at(start - 1) != der.size() - start || at(start) != 0x02) return false;
  const std::size_t second = start + 2 + at(start + 1);
  return second + 2 < der.size() && at(second) == 0x02 && second + 2 + at(second + 1) == der.size();
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Result<bool> verifies_ed25519(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  const internal::MdCtxPtr context(EVP_MD_CTX_new());
  SUPPLY_TRY(internal::check(context ? 1 : 0, "verification context"));
  SUPPLY_TRY(internal::check(EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr),
                             "start of a verification"));
  return internal::worked(
      EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()));
}

// OpenSSL 3.0 lacks the prehashed form. Source: RFC 8032, section 5.1; no context.
bool verifies_ed25519ph(EVP_PKEY* key, Message& message, std::string_view signature) {
  std::array<unsigned char, crypto_sign_ed25519_PUBLICKEYBYTES> raw{};
  std::size_t size = raw.size();
  if (signature.size() != crypto_sign_ed25519_BYTES ||
      !internal::worked(EVP_PKEY_get_raw_public_key(key, raw.data(), &size)) || size != raw.size()) {
    return false;
  }
  std::array<unsigned char, crypto_sign_ed25519_BYTES> copy{};
  std::copy(signature.begin(), signature.end(), copy.begin());
  crypto_sign_ed25519ph_state state;
  const std::string& hashed = message.ed25519ph_state();
  std::copy(hashed.begin(), hashed.end(), reinterpret_cast<char*>(&state));
  return crypto_sign_ed25519ph_final_verify(&state, copy.data(), raw.data()) == 0;
}

Result<bool> verifies_rsa(EVP_PKEY* key, HashAlgorithm algorithm, Message& message, std::string_view signature) {
  const internal::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  SUPPLY_TRY(internal::check(context ? 1 : 0, "verification context"));
  SUPPLY_TRY(internal::check(EVP_PKEY_verify_init(context.get()), "start of a verification"));
  SUPPLY_TRY(internal::check(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING), "padding"));
  SUPPLY_TRY(internal::check(EVP_PKEY_CTX_set_signature_md(context.get(), method(algorithm)), "hash of a signature"));
  const std::string& hashed = message.hash(algorithm);
  return internal::worked(
      EVP_PKEY_verify(context.get(), bytes(signature), signature.size(), bytes(hashed), hashed.size()));
}

// What OpenSSL cannot read: of a type that it does not know, or damaged. Source: RFC 5280, section 4.1.
Error unread(std::string_view spki) {
  const auto type_of = [&]() -> Result<std::string> {
    SUPPLY_TRY(const std::string_view content, der_content(spki, der_tag::kSequence));
    DerReader reader(content);
    SUPPLY_TRY(const DerValue algorithm, reader.next(der_tag::kSequence));
    SUPPLY_TRY(reader.next(der_tag::kBitString));
    SUPPLY_TRY(reader.end());
    SUPPLY_TRY(const DerValue oid, DerReader(algorithm.content).next(der_tag::kOid));
    return der_oid(oid.content);
  };
  const Result<std::string> type = type_of();
  if (type && OBJ_txt2nid(type->c_str()) == NID_undef)
    return Error(ErrorCode::unsupported, "key type " + quote(*type) + ": want " + std::string(internal::kKeysUsed));
  return Error(ErrorCode::malformed, "damaged public key, or one of an unknown curve");
}

}  // namespace

std::vector<std::string> key_type_names() {
  std::vector<std::string> names;
  for (const KeyType type : kKeyTypes) names.emplace_back(to_string(type));
  return names;
}

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
  const auto name_of = [](KeyType type) { return to_string(type); };
  for (const KeyType type : kKeyTypes)
    if (name_of(type) == name) return type;
  return Error(ErrorCode::usage, "key type " + quote(name) + ": want one of " + join(kKeyTypes, ", ", name_of));
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
  Impl(KeyType of, std::string bytes, std::size_t most)
      : type(of), der(std::move(bytes)), signature_bytes(most), point(internal::curve_point(der)) {}

  KeyType type;
  std::string der;
  std::size_t signature_bytes;                // at most
  std::optional<internal::CurvePoint> point;  // of a key of a curve; a view into `der`
  mutable internal::PkeyPtr key;
  mutable std::once_flag made;

  // OpenSSL's form of it, of RSA and Ed25519: for the second it is costly to make and seldom needed.
  EVP_PKEY* pkey() const {
    std::call_once(made, [this] {
      if (!key) key = internal::ed25519_pkey(der);
    });
    return key.get();
  }
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
    return Error(ErrorCode::malformed,
                 "PEM block " + quote(block.label) + ": want the public key (supply key public writes it)");
  }
  if (block.label == "CERTIFICATE")
    return Error(ErrorCode::unsupported, "a certificate: want its public key (openssl x509 -pubkey -noout writes it)");
  return Error(ErrorCode::unsupported, "PEM block " + quote(block.label) + ": want \"PUBLIC KEY\"");
}

Result<PublicKey> PublicKey::from_der(std::string_view spki) {
  if (spki.size() > kMaxKeyFileBytes) {
    return Error(ErrorCode::limit_exceeded, "public key larger than " + std::to_string(kMaxKeyFileBytes) + " bytes");
  }
  const auto usual = [&](KeyType type, std::size_t signature_bytes) {
    return PublicKey(std::make_shared<const Impl>(type, std::string(spki), signature_bytes));
  };
  if (const auto point = internal::curve_point(spki))
    return usual(point->type, point->type == KeyType::ecdsa_p256   ? kP256Bytes
                              : point->type == KeyType::ecdsa_p384 ? kP384Bytes
                                                                   : kEcdsaBytes);
  if (internal::is_ed25519(spki)) return usual(KeyType::ed25519, crypto_sign_ed25519_BYTES);
  const unsigned char* at = bytes(spki);
  internal::PkeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
  internal::worked(0);
  if (!key) return unread(spki);
  if (at != bytes(spki) + spki.size()) return Error(ErrorCode::malformed, "bytes after the public key");
  SUPPLY_TRY(const KeyType type, internal::key_type(key.get()));
  SUPPLY_TRY(std::string der, internal::public_der(key.get()));
  auto impl = std::make_shared<Impl>(type, std::move(der), static_cast<std::size_t>(EVP_PKEY_get_size(key.get())));
  impl->key = std::move(key);
  return PublicKey(std::move(impl));
}

KeyType PublicKey::type() const { return impl_->type; }
std::string PublicKey::to_pem() const { return internal::write_pem("PUBLIC KEY", impl_->der); }
std::string PublicKey::to_der() const { return impl_->der; }
std::string PublicKey::fingerprint() const { return hash(HashAlgorithm::sha256, impl_->der); }

bool may_be_signature(std::string_view signature) {
  return signature.size() == crypto_sign_ed25519_BYTES || is_two_integers(signature) ||
         (signature.size() >= kMinRsaBytes && signature.size() <= kRsaBytes);
}

// Measured: P-256, Ed25519 and RSA to 4096 bits take 0.02 to 0.12 ms for each hash that is tried, P-384 and P-521 0.7
// to 0.9, RSA of 16384 bits one. Ed25519 hashes the message each time: 256 KiB take half a millisecond.
std::uint64_t PublicKey::cost(std::string_view signature) const {
  const std::size_t size = impl_->signature_bytes;
  switch (impl_->type) {
    case KeyType::ed25519: return signature.size() == size ? 1 : 0;
    case KeyType::rsa: return signature.size() != size ? 0 : size <= 512 ? 1 : size <= 1'024 ? 2 : 7;
    case KeyType::ecdsa_p256: return signature.size() <= size && is_two_integers(signature) ? 1 : 0;
    case KeyType::ecdsa_p384:
    case KeyType::ecdsa_p521: return signature.size() <= size && is_two_integers(signature) ? 4 : 0;
  }
  return 1;
}

std::uint64_t PublicKey::cost(const Message& message, std::string_view signature) const {
  const std::uint64_t least = cost(signature);
  return least == 0 || impl_->type != KeyType::ed25519 ? least : least + message.size() / (256 * kKiB);
}

Result<SignatureScheme> PublicKey::verify(std::string_view message, std::string_view signature) const {
  Message once(message);
  return verify(once, signature);
}

Result<SignatureScheme> PublicKey::verify(Message& message, std::string_view signature) const {
  const Error mismatch(ErrorCode::mismatch, "signature was not made by this key over these bytes");
  if (cost(signature) == 0) return mismatch;
  if (impl_->type == KeyType::ed25519) {
    std::string joined;
    const std::string_view whole = message.in_one_piece(joined);
    if (internal::verifies_ed25519(impl_->der, whole, signature)) return SignatureScheme::ed25519;
    SUPPLY_TRY(const bool pure, verifies_ed25519(impl_->pkey(), whole, signature));
    if (pure) return SignatureScheme::ed25519;
    if (verifies_ed25519ph(impl_->pkey(), message, signature)) return SignatureScheme::ed25519ph;
    return mismatch;
  }
  for (const Attempt& attempt : attempts(impl_->type)) {
    bool holds = false;
    if (impl_->point) {
      holds = internal::verifies_ecdsa(*impl_->point, message.hash(attempt.hash), signature);
    } else {
      SUPPLY_TRY(holds, verifies_rsa(impl_->pkey(), attempt.hash, message, signature));
    }
    if (holds) return attempt.scheme;
  }
  return mismatch;
}

}  // namespace supply::crypto
