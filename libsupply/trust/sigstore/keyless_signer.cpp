#include "libsupply/trust/sigstore/keyless_signer.hpp"

namespace supply::sigstore {
namespace {

// What is left of a certificate's life has to be enough for a log and a timestamp authority to answer.
constexpr std::chrono::seconds kSpare{90};

}  // namespace

KeylessSigner::KeylessSigner(const ServiceClient& client, IdentityToken token, const root::TrustedRoot& trusted,
                             KeylessOptions options)
    : client_(client), token_(std::move(token)), trusted_(trusted), options_(std::move(options)) {}

Result<const KeylessSigner::Holder*> KeylessSigner::holder() const {
  const Time now = options_.now();
  if (holder_ && now + kSpare < holder_->until) return &*holder_;
  SUPPLY_TRY(token_.check(now, kSigstoreAudience));
  SUPPLY_TRY(crypto::PrivateKey key, crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256));
  SUPPLY_TRY(std::vector<std::string> certificates,
             request_certificate(client_, options_.authority_url, token_, key, trusted_, options_.scts, now));
  SUPPLY_TRY(const crypto::Certificate leaf, crypto::Certificate::from_der(certificates.front()));
  holder_.emplace(Holder{std::move(key), std::move(certificates), leaf.not_after});
  return &*holder_;
}

Result<sign::VerificationMaterial> KeylessSigner::material() const {
  const std::scoped_lock lock(mutex_);
  SUPPLY_TRY(const Holder* held, holder());
  return sign::VerificationMaterial{held->key.public_key(), crypto::SignatureScheme::ecdsa_sha256, held->certificates};
}

Result<sign::MadeSignature> KeylessSigner::sign(const sign::SigningInput& input) const {
  const std::scoped_lock lock(mutex_);
  SUPPLY_TRY(const Holder* held, holder());
  SUPPLY_TRY(sign::MadeSignature made, sign::PrivateKeySigner(&held->key).sign(input));
  made.material.certificates = held->certificates;
  return made;
}

}  // namespace supply::sigstore
