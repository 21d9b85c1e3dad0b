// Signs with a key that nobody keeps and a certificate of who signs: "keyless". One certificate serves all signatures
// that are made while it is valid. Any thread.
#pragma once

#include <functional>
#include <mutex>

#include "libsupply/trust/sign/signer.hpp"
#include "libsupply/trust/sigstore/certificate_client.hpp"

namespace supply::sigstore {

struct KeylessOptions {
  std::string authority_url;
  CheckScts scts = CheckScts::yes;
  std::function<Time()> now;  ///< the clock's time, each time it is asked
};

class KeylessSigner : public sign::Signer {
 public:
  /// `client` and `trusted` outlive the signer. Nobody is asked before the first signature.
  KeylessSigner(const ServiceClient& client, IdentityToken token, const root::TrustedRoot& trusted,
                KeylessOptions options);

  Result<sign::MadeSignature> sign(const sign::SigningInput& input) const override;
  Result<sign::VerificationMaterial> material() const override;

 private:
  struct Holder {
    crypto::PrivateKey key;
    std::vector<std::string> certificates;
    Time until;
  };
  Result<const Holder*> holder() const;

  const ServiceClient& client_;
  IdentityToken token_;
  const root::TrustedRoot& trusted_;
  KeylessOptions options_;
  mutable std::mutex mutex_;
  mutable std::optional<Holder> holder_;  // guarded by mutex_
};

}  // namespace supply::sigstore
