#include "libsupply/trust/sign/internal/remote_key.hpp"

#include <algorithm>

namespace supply::sign::internal {
namespace {

using crypto::SignatureScheme;

Result<SignatureScheme> scheme_of_key(const RemotePublicKey& key, SchemeChoice choice) {
  const SignatureScheme wanted = scheme_for(key.key.type(), choice);
  if (key.schemes.empty()) return wanted;
  const auto makes = [&](SignatureScheme scheme) {
    return crypto::is_scheme_of(scheme, key.key.type()) &&
           std::find(key.schemes.begin(), key.schemes.end(), scheme) != key.schemes.end();
  };
  // What was asked for, else what belongs to the key, else whatever its keeper makes.
  for (const SignatureScheme scheme : {wanted, scheme_for(key.key.type(), SchemeChoice::of_key)})
    if (makes(scheme)) return scheme;
  for (const SignatureScheme scheme : key.schemes)
    if (makes(scheme)) return scheme;
  return Error(ErrorCode::unsupported, "the key makes no signature that Supply writes");
}

class RemoteSigner : public Signer {
 public:
  RemoteSigner(std::unique_ptr<RemoteKey> key, SchemeChoice choice) : key_(std::move(key)), choice_(choice) {}

  Result<VerificationMaterial> material() const override {
    const std::scoped_lock lock(mutex_);
    if (!material_) {
      SUPPLY_TRY(const RemotePublicKey key, key_->public_key());
      SUPPLY_TRY(const SignatureScheme scheme, scheme_of_key(key, choice_));
      material_ = VerificationMaterial{key.key, scheme};
    }
    return *material_;
  }

  Result<MadeSignature> sign(const SigningInput& input) const override {
    SUPPLY_TRY(const VerificationMaterial material, this->material());
    const bool whole = material.key.type() == crypto::KeyType::ed25519;
    SUPPLY_TRY(const std::string bytes, whole ? input.message() : input.hash(crypto::hash_of(material.scheme)));
    SUPPLY_TRY(std::string signature, key_->sign(material.scheme, bytes));
    MadeSignature made{std::move(signature), material};
    if (const Status checked = check_signature(made, input); !checked)
      return Error(checked.error()).at("what was signed for us does not hold");
    return made;
  }

 private:
  std::unique_ptr<RemoteKey> key_;
  SchemeChoice choice_;
  mutable std::mutex mutex_;
  mutable std::optional<VerificationMaterial> material_;
};

}  // namespace

std::unique_ptr<Signer> remote_signer(std::unique_ptr<RemoteKey> key, SchemeChoice choice) {
  return std::make_unique<RemoteSigner>(std::move(key), choice);
}

}  // namespace supply::sign::internal
