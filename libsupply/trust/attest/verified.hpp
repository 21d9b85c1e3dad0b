// A claim that somebody known vouches for. Only the verifier can make one, so its holders need not ask.
#pragma once

#include <string>
#include <utility>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/trust/attest/signer_identity.hpp"
#include "libsupply/trust/attest/statement.hpp"

namespace supply::verify {
class Verifier;
}

namespace supply::attest {

/// The claim "this image is signed": a cosign/sign/v1 statement or a simple-signing payload, and nothing else.
struct ImageSignature {
  Digest image;
  std::map<std::string, std::string> annotations;  ///< what the signer said (-a k=v)
  std::string payload;                             ///< the signed bytes
  bool legacy = false;                             ///< simple signing
};

/// The claim "these bytes are signed" of a release file.
struct BlobSignature {
  Digest blob;
};

template <class Claim>
class Verified {
 public:
  const Claim& claim() const { return claim_; }
  const SignerIdentity& signer() const { return signer_; }
  /// Digest of the bundle, layer or file that holds the signature.
  const Digest& evidence() const { return evidence_; }

 private:
  friend class verify::Verifier;
  Verified(Claim claim, SignerIdentity signer, Digest evidence)
      : claim_(std::move(claim)), signer_(std::move(signer)), evidence_(std::move(evidence)) {}
  Claim claim_;
  SignerIdentity signer_;
  Digest evidence_;
};

}  // namespace supply::attest
