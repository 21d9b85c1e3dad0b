// Holds evidence against keys. A pure function of its input: no store, no clock.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/trust/attest/bundle.hpp"
#include "libsupply/trust/attest/verified.hpp"
#include "libsupply/trust/evidence/evidence.hpp"

namespace supply::verify {

struct TrustedKey {
  std::string name;
  crypto::PublicKey key;
};

/// Why a piece of evidence proves nothing to these keys. Kept and shown: a refusal that vanishes helps nobody.
struct Refused {
  Digest evidence;              ///< digest of the layer or file
  std::string what;             ///< "bundle", "simple signing", "attestation"
  std::string why;              ///< "signature by none of the 2 keys", "statement is about sha256:…", …
  bool unknown_signer = false;  ///< well-formed, but signed by a key that was not given
};

/// In the order of the evidence's digests, then the signers': the same for evidence in any order.
struct Outcome {
  std::vector<attest::Verified<attest::ImageSignature>> signatures;
  std::vector<attest::Verified<attest::Statement>> statements;  ///< every attestation but cosign/sign/v1
  std::vector<Refused> refused;
};

class Verifier {
 public:
  explicit Verifier(std::vector<TrustedKey> keys) : keys_(std::move(keys)) {}

  /// Judges what is attached to `image`. A statement counts only if `image` is among its subjects. With two keys that
  /// are the same key under two names, the first name is reported. Never fails: what is wrong is in `refused`.
  Outcome image(const Digest& image, const std::vector<evidence::Evidence>& evidence) const;

  /// A release file's bundle (or cosign's legacy JSON, or a bare signature, base64 or raw) as a signature of these
  /// bytes. An attestation of the file is not its signature. Errors: mismatch is a no: made by none of the keys, about
  /// other bytes, without the messageDigest that a bundle must have, an attestation, or by a certificate; malformed,
  /// limit_exceeded and unsupported: the bundle itself cannot be read.
  Result<attest::Verified<attest::BlobSignature>> blob(std::string_view message, std::string_view bundle) const;
  /// A release file's bundle (or a bare DSSE envelope) as an attestation of it, of whatever predicate type. Errors: as
  /// those of blob().
  Result<attest::Verified<attest::Statement>> blob_attestation(const Digest& blob, std::string_view bundle) const;

 private:
  std::vector<TrustedKey> keys_;
};

/// Moves the signatures that lack one of `wanted` (cosign's `-a k=v`: every one must be there and equal; others may be
/// there too) to `refused`.
void require_annotations(Outcome& outcome, const std::map<std::string, std::string>& wanted);

}  // namespace supply::verify
