// Checks evidence with keys, or by whom a certificate names. A pure function of its input: no store, no clock. Any
// thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/trust/attachments/attachments.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/attest/verified.hpp"
#include "libsupply/trust/verify/artifact.hpp"
#include "libsupply/trust/verify/trust_policy.hpp"

namespace supply::verify {

namespace internal {
struct OpenedFile;
}

/// Why a piece of evidence proves nothing to these keys. Kept and shown: a refusal that vanishes is of no use.
struct Refused {
  Digest evidence;              ///< digest of the layer or file
  std::string what;             ///< "bundle", "simple signing", "attestation"
  std::string why;              ///< "signature by none of the 2 keys", "statement is about sha256:…", …
  bool unknown_signer = false;  ///< well-formed, but signed by a key that was not given
};

/// In the order of the evidence's digests, then the signers': the same for evidence in any order. Nothing is there
/// twice.
struct SubjectClaims {
  std::vector<attest::Verified<attest::ImageSignature>> signatures;
  std::vector<attest::Verified<attest::Statement>> statements;  ///< every attestation but cosign/sign/v1
  /// Verification summaries that are about commits: of the image's source, never of the image. They are in `refused`,
  /// too, for as claims about the image they prove nothing.
  std::vector<attest::Verified<attest::Statement>> source_summaries = {};
  std::vector<Refused> refused;
  /// That some evidence was not read because Supply does not know its form (unsupported) or bounds its size
  /// (limit_exceeded): what is not proven by the rest is then not known, which is no "no".
  std::optional<Error> unread;
};

/// What several subjects were told.
struct JudgedSubjects {
  std::map<Digest, SubjectClaims> outcomes;  ///< by subject
  /// Why not everything was checked: there was more than the budget pays for (limit_exceeded). What is in the outcomes
  /// holds all the same; who asks for more than that must not take it for all there is.
  std::optional<Error> unfinished;
};

/// What the bundles of one file prove of a release file.
struct BlobAttestations {
  std::vector<attest::Verified<attest::Statement>> verified;
  std::vector<Error> refused;  ///< of each bundle or signature that does not hold, with its place among several
};

class Verifier {
 public:
  explicit Verifier(std::vector<TrustedKey> keys);
  /// `now` is a signature's time where a policy neither looks at log entries nor is given a timestamp.
  Verifier(TrustPolicy policy, Time now);

  /// Judges what is attached to each subject. A statement counts only if the subject is among its own. Two keys that
  /// are the same under two names are one, reported under the first. What is wrong with a piece is in `refused`.
  ///
  /// A blob is parsed once, its message hashed once per algorithm, and each signature tried once on each key that it
  /// could be by its form, whatever lists name it. Each try is drawn from the budget, in an order in which good
  /// evidence costs little: of every piece the first signature by the key that it names (a keyid or a hint decides
  /// nothing else), then by any key, then the second signatures, and so on; smaller pieces first.
  ///
  /// A statement without signature counts where the manifest that holds it is a subject too, and signed: it is its
  /// signers'.
  JudgedSubjects judge(const attachments::BySubject& attached, Budget& budget) const;
  /// The same of one subject. Errors: limit_exceeded, when not everything could be checked.
  Result<SubjectClaims> image(const Digest& image, const std::vector<attachments::Attachment>& evidence,
                              Budget& budget) const;

  /// A release file's bundle (or cosign's legacy JSON, or a bare signature, base64 or raw) as a signature of these
  /// bytes. An attestation of the file is not its signature. Errors: mismatch is a no: made by none of those who are
  /// trusted, about other bytes, without the messageDigest that a bundle must have, an attestation; malformed,
  /// limit_exceeded and unsupported: the bundle itself cannot be read, or the file is needed and only its digest known.
  /// `steps` (if not null) is filled, of a yes and of a no.
  Result<attest::Verified<attest::BlobSignature>> blob(const Artifact& artifact, std::string_view bundle,
                                                       Budget& budget,
                                                       std::vector<attest::StepResult>* steps = nullptr) const;
  Result<attest::Verified<attest::BlobSignature>> blob(std::string_view message, std::string_view bundle) const;
  /// A release file's bundle (or a bare DSSE envelope) as an attestation of it, of whatever predicate type. Errors: as
  /// those of blob(). Of several signatures or bundles, the first that holds is told.
  Result<attest::Verified<attest::Statement>> blob_attestation(const Artifact& artifact, std::string_view bundle,
                                                               Budget& budget,
                                                               std::vector<attest::StepResult>* steps = nullptr) const;
  Result<attest::Verified<attest::Statement>> blob_attestation(const Digest& blob, std::string_view bundle,
                                                               Budget& budget) const;
  /// The same of a file that may hold several bundles (attest::bundles_in): all that hold, at least one, and what does
  /// not. `steps` are those of the first that holds, or of the last.
  Result<BlobAttestations> blob_attestations(const Artifact& artifact, std::string_view file, Budget& budget,
                                             std::vector<attest::StepResult>* steps = nullptr) const;

 private:
  void judge_envelope(const internal::OpenedFile& opened, const Artifact& artifact, const Digest& evidence,
                      Budget& budget, BlobAttestations& told, std::vector<attest::StepResult>& steps) const;

  TrustPolicy policy_;  ///< each key once; without a trusted root, signatures by keys alone are judged
  Time now_ = {};
  /// Shared by copies: what it remembers is true for all.
  std::shared_ptr<crypto::SignatureMemo> memo_;
};

/// Adds what more was found about a subject. Of a statement without signature the latest word counts.
void merge(SubjectClaims& all, SubjectClaims more);
/// Takes the refusals of these statements without signature away.
void drop_unsigned(SubjectClaims& outcome, const std::set<Digest>& statements);
/// Moves the signatures that lack one of `wanted` (cosign's `-a k=v`: every one must be there and equal; others may be
/// there too) to `refused`.
void require_annotations(SubjectClaims& outcome, const std::map<std::string, std::string>& wanted);

}  // namespace supply::verify
