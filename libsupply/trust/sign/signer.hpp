// Who signs, whatever the key is and wherever it lies: a file, a token, a service, or a certificate for an identity.
// Each kind of key is one file in signers/ (signer_kind.hpp). Any thread may call a Signer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/crypto/signature_algorithm.hpp"

namespace supply::sign {

/// What is signed: the bytes themselves, or only their hash where the bytes are not at hand.
class SigningInput {
 public:
  /// `head` and then `body`, as pre-authentication bytes have it. `body` must outlive the input.
  static SigningInput of_message(std::string_view body, std::string head = {});
  /// `hash`: raw, of that algorithm.
  static SigningInput of_hash(crypto::HashAlgorithm algorithm, std::string hash);

  /// The raw hash. Errors: unsupported, when only another algorithm's is known.
  Result<std::string> hash(crypto::HashAlgorithm algorithm) const;
  /// All of it in one piece. Errors: unsupported, when only a hash is known.
  Result<std::string> message() const;

 private:
  std::optional<std::string> head_;  // nothing: only the hash is known
  std::string_view body_;
  crypto::HashAlgorithm algorithm_ = crypto::HashAlgorithm::sha256;
  std::string hash_;
};

/// What a verifier needs to check a signature.
struct VerificationMaterial {
  crypto::PublicKey key;
  crypto::SignatureScheme scheme;              ///< with the key's type, Sigstore's "key details"
  std::vector<std::string> certificates = {};  ///< DER, the signer's first; empty: a key alone
};

struct MadeSignature {
  std::string signature;  ///< raw; of ECDSA in DER
  VerificationMaterial material;
};

class Signer {
 public:
  virtual ~Signer() = default;

  /// Signs. Errors: unsupported (the scheme needs the message, or another hash, than the input has); of services also
  /// unavailable, unauthenticated, forbidden, not_found, mismatch (its signature does not hold); never a secret in a
  /// message.
  virtual Result<MadeSignature> sign(const SigningInput& input) const = 0;
  /// With what its next signature will be checked. Errors: as those of sign(), since a service may have to be asked.
  virtual Result<VerificationMaterial> material() const = 0;
};

/// The scheme for a key whose owner leaves the choice: over SHA-256, which `cosign verify --key` wants, or over the
/// hash that belongs to the key (P-384 with SHA-384, P-521 with SHA-512, Ed25519 as Ed25519ph), which logs want.
/// Source: sigstore/architecture-docs, algorithm-registry.md.
enum class SchemeChoice { sha256, of_key };
crypto::SignatureScheme scheme_for(crypto::KeyType type, SchemeChoice choice);

/// Checks that a signature which somebody else computed is by the key over the input: what a service or a token answers
/// is not taken on trust. Errors: mismatch; unsupported, as SigningInput.
Status check_signature(const MadeSignature& made, const SigningInput& input);

/// A private key in memory.
class PrivateKeySigner : public Signer {
 public:
  explicit PrivateKeySigner(crypto::PrivateKey key, SchemeChoice choice = SchemeChoice::sha256);
  /// The same with a key that outlives the signer.
  explicit PrivateKeySigner(const crypto::PrivateKey* key, SchemeChoice choice = SchemeChoice::sha256);
  Result<MadeSignature> sign(const SigningInput& input) const override;
  Result<VerificationMaterial> material() const override;

 private:
  std::optional<crypto::PrivateKey> own_;
  const crypto::PrivateKey* key_ = nullptr;  // null: own_
  crypto::SignatureScheme scheme_;
};

}  // namespace supply::sign
