#include "libsupply/trust/sign/signer.hpp"

namespace supply::sign {

SigningInput SigningInput::of_message(std::string_view body, std::string head) {
  SigningInput input;
  input.head_ = std::move(head);
  input.body_ = body;
  return input;
}

SigningInput SigningInput::of_hash(crypto::HashAlgorithm algorithm, std::string hash) {
  SigningInput input;
  input.algorithm_ = algorithm;
  input.hash_ = std::move(hash);
  return input;
}

Result<std::string> SigningInput::hash(crypto::HashAlgorithm algorithm) const {
  if (head_) {
    crypto::Hasher hasher(algorithm);
    hasher.update(*head_);
    hasher.update(body_);
    return hasher.finish();
  }
  if (algorithm != algorithm_)
    return Error(ErrorCode::unsupported, "only the " + std::string(crypto::to_string(algorithm_)) +
                                             " of what is to be signed is known, and this key signs over " +
                                             std::string(crypto::to_string(algorithm)));
  return hash_;
}

Result<std::string> SigningInput::message() const {
  if (head_) return *head_ + std::string(body_);
  return Error(ErrorCode::unsupported,
               "only the hash of what is to be signed is known, and this key signs over the bytes themselves");
}

crypto::SignatureScheme scheme_for(crypto::KeyType type, SchemeChoice choice) {
  using crypto::SignatureScheme;
  const bool own = choice == SchemeChoice::of_key;
  switch (type) {
    case crypto::KeyType::ecdsa_p256: return SignatureScheme::ecdsa_sha256;
    case crypto::KeyType::ecdsa_p384: return own ? SignatureScheme::ecdsa_sha384 : SignatureScheme::ecdsa_sha256;
    case crypto::KeyType::ecdsa_p521: return own ? SignatureScheme::ecdsa_sha512 : SignatureScheme::ecdsa_sha256;
    case crypto::KeyType::rsa: return SignatureScheme::rsa_pkcs1_sha256;
    case crypto::KeyType::ed25519: return own ? SignatureScheme::ed25519ph : SignatureScheme::ed25519;
  }
  return SignatureScheme::ecdsa_sha256;
}

Status check_signature(const MadeSignature& made, const SigningInput& input) {
  const auto& [key, scheme, certificates] = made.material;
  if (key.type() == crypto::KeyType::ed25519) {
    SUPPLY_TRY(const std::string message, input.message());
    return crypto::verify_as(scheme, key, message, made.signature);
  }
  SUPPLY_TRY(const std::string hash, input.hash(crypto::hash_of(scheme)));
  return crypto::verify_hash_as(scheme, key, hash, made.signature);
}

PrivateKeySigner::PrivateKeySigner(crypto::PrivateKey key, SchemeChoice choice)
    : own_(std::move(key)), scheme_(scheme_for(own_->type(), choice)) {}

PrivateKeySigner::PrivateKeySigner(const crypto::PrivateKey* key, SchemeChoice choice)
    : key_(key), scheme_(scheme_for(key->type(), choice)) {}

Result<VerificationMaterial> PrivateKeySigner::material() const {
  return VerificationMaterial{(key_ == nullptr ? *own_ : *key_).public_key(), scheme_};
}

Result<MadeSignature> PrivateKeySigner::sign(const SigningInput& input) const {
  const crypto::PrivateKey& key = key_ == nullptr ? *own_ : *key_;
  std::string signature;
  if (key.type() == crypto::KeyType::ed25519) {
    SUPPLY_TRY(const std::string message, input.message());
    SUPPLY_TRY(signature, key.sign_as(scheme_, message));
  } else {
    SUPPLY_TRY(const std::string hash, input.hash(crypto::hash_of(scheme_)));
    SUPPLY_TRY(signature, key.sign_hash_as(scheme_, hash));
  }
  return MadeSignature{std::move(signature), {key.public_key(), scheme_}};
}

}  // namespace supply::sign
