// Asymmetric keys: made, read, written, used. Immutable after creation; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/crypto/message.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::crypto {

enum class KeyType { ecdsa_p256, ecdsa_p384, ecdsa_p521, ed25519, rsa };
std::string_view to_string(KeyType type);  ///< "ecdsa-p256", …
std::vector<std::string> key_type_names();
/// Errors: usage, listing the names.
Result<KeyType> parse_key_type(std::string_view name);

/// How a signature was made. A verifier says which it accepts; a signer writes the one that cosign reads
/// (reference: ECDSA DER and RSA PKCS#1 v1.5 over SHA-256, Ed25519 pure).
enum class SignatureScheme {
  ecdsa_sha256,
  ecdsa_sha384,
  ecdsa_sha512,
  rsa_pkcs1_sha256,
  rsa_pkcs1_sha384,
  rsa_pkcs1_sha512,
  ed25519,
  ed25519ph,
};
std::string_view to_string(SignatureScheme scheme);

/// Whether raw bytes have the form of a signature by some key of the types above: 64 bytes (Ed25519), the DER of two
/// whole numbers (ECDSA), or the size of an RSA modulus.
bool may_be_signature(std::string_view signature);

class PublicKey {
 public:
  /// PEM, one block: "PUBLIC KEY" (PKIX) or "RSA PUBLIC KEY" (PKCS#1). Errors: malformed, limit_exceeded, unsupported
  /// (a curve or type not above, explicit curve parameters, RSA-PSS, RSA under 2048 or over 16384 bits, a certificate).
  static Result<PublicKey> from_pem(std::string_view pem);
  static Result<PublicKey> from_der(std::string_view spki);
  PublicKey(const PublicKey&);
  PublicKey& operator=(const PublicKey&);
  PublicKey(PublicKey&&) noexcept;
  PublicKey& operator=(PublicKey&&) noexcept;
  ~PublicKey();

  KeyType type() const;
  std::string to_pem() const;  ///< "PUBLIC KEY"
  std::string to_der() const;  ///< SubjectPublicKeyInfo, named curve, uncompressed point: one key has one form
  /// SHA-256 over the DER of the SubjectPublicKeyInfo, as raw bytes: the key's one identity (base64 of it is the
  /// hint in a Sigstore bundle).
  std::string fingerprint() const;

  /// The scheme under which `signature` over `message` is right, among those that fit the key's type: ECDSA over
  /// SHA-256 or the curve's own hash, in strict DER; RSA PKCS#1 v1.5 over SHA-256, -384, -512; Ed25519 pure, then ph.
  /// Errors: mismatch, when none is.
  Result<SignatureScheme> verify(std::string_view message, std::string_view signature) const;
  /// The same over bytes that several signatures are tried on.
  Result<SignatureScheme> verify(Message& message, std::string_view signature) const;
  /// What verify() costs beyond hashing the message, in units of up to half a millisecond (Cost::verifications). 0: by
  /// its form the signature is surely none of this key's, and verify() says so at once.
  std::uint64_t cost(std::string_view signature) const;
  /// The same with a message that this type of key hashes anew for each signature (Ed25519).
  std::uint64_t cost(const Message& message, std::string_view signature) const;

 private:
  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

class PrivateKey {
 public:
  /// Errors: usage, for RSA under 2048 or over 16384 bits.
  static Result<PrivateKey> generate(KeyType type, unsigned rsa_bits = 3072);
  /// A key file in any form: encrypted cosign/sigstore PEM, encrypted or plain PKCS#8, PKCS#1, SEC1 (also behind an
  /// "EC PARAMETERS" block). `password` is asked for only when the file is encrypted.
  /// Errors: malformed, unsupported, unauthenticated (wrong password), limit_exceeded (KDF cost).
  static Result<PrivateKey> from_pem(std::string_view pem, std::string_view password);
  /// Whether from_pem will need a password for it.
  static bool is_encrypted(std::string_view pem);
  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey();

  KeyType type() const;
  PublicKey public_key() const;
  /// PEM "ENCRYPTED PRIVATE KEY" (PKCS#8, PBES2 with scrypt or PBKDF2-SHA256 and AES-256-CBC), which openssl reads.
  Result<std::string> to_encrypted_pkcs8(std::string_view password) const;
  /// PEM "ENCRYPTED SIGSTORE PRIVATE KEY": scrypt and nacl/secretbox, which cosign reads.
  Result<std::string> to_encrypted_cosign(std::string_view password) const;

  /// Signs with the scheme that cosign verifies: SHA-256 for every ECDSA and RSA key, Ed25519 pure.
  Result<std::string> sign(std::string_view message) const;
  /// Signs by that scheme. Errors: unsupported, when it is none of the key's type.
  Result<std::string> sign_as(SignatureScheme scheme, std::string_view message) const;
  /// The same where only the message's hash (by hash_of(scheme)) is known. Errors: unsupported, also for Ed25519.
  Result<std::string> sign_hash_as(SignatureScheme scheme, std::string_view hash) const;

 private:
  struct Impl;
  explicit PrivateKey(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace supply::crypto
