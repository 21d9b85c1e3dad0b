// A signer whose private key is somebody else's to use: a token, a service, a program. What it answers is checked with
// the public key before it is given out.
#pragma once

#include <mutex>

#include "libsupply/trust/sign/signer_kind.hpp"

namespace supply::sign::internal {

/// The key as its keeper describes it.
struct RemotePublicKey {
  crypto::PublicKey key;
  std::vector<crypto::SignatureScheme> schemes = {};  ///< that the keeper makes; empty: any that the key's type has
};

class RemoteKey {
 public:
  virtual ~RemoteKey() = default;
  virtual Result<RemotePublicKey> public_key() const = 0;
  /// What the key makes of a hash (`hash` is by hash_of(scheme)), or for Ed25519 of the message itself; ECDSA in DER.
  virtual Result<std::string> sign(crypto::SignatureScheme scheme, const std::string& hash_or_message) const = 0;
};

/// The signer of a remote key. It asks for the public key once. Any thread, as far as the key lets several.
std::unique_ptr<Signer> remote_signer(std::unique_ptr<RemoteKey> key, SchemeChoice choice);

}  // namespace supply::sign::internal
