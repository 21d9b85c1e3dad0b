// What the steps of a verdict share: what is judged, by what, and what they have found so far. One thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/crypto/signature_memo.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/verify/artifact.hpp"
#include "libsupply/trust/verify/internal/signatures.hpp"
#include "libsupply/trust/verify/trust_policy.hpp"

namespace supply::verify::internal {

/// The statement of an envelope, read once however many signatures it has. Errors: of Statement::parse, and mismatch
/// for another payload type.
class StatementOnce {
 public:
  const Result<attest::Statement>& of(const attest::Envelope& envelope);
  /// What was read, which must be a statement. It is gone afterwards.
  attest::Statement take() { return *std::move(*read_); }

 private:
  std::optional<Result<attest::Statement>> read_;
};

/// One signature, and all that came with it. What it refers to outlives it.
struct SignedMaterial {
  const attest::Bundle& bundle;
  std::size_t index = 0;  ///< which of an envelope's signatures
  /// Null: the caller asks the statement's subjects, or has put the digest of the signed bytes into the bundle itself.
  const Artifact* artifact = nullptr;
  /// The JSON of an envelope as its signer sent it: in cosign's first form of attestations, timestamps and entries of
  /// kind intoto 0.0.1 are of that.
  std::optional<std::string_view> envelope_text = {};
  std::optional<MadeBy> made = {};        ///< which of the policy's keys made it, where that was tried before
  StatementOnce* statement = nullptr;     ///< not null for an envelope
  crypto::SignatureMemo* memo = nullptr;  ///< of certificates; null: none
};

class Verification {
 public:
  /// `instance` is one of the policy's trusted roots, or null.
  Verification(const SignedMaterial& signed_material, const TrustPolicy& trust, const root::TrustedRoot* instance,
               Time at, Budget& paying);

  bool by_certificate() const { return !bundle.certificates.empty(); }
  const std::string& signature() const;
  const attest::Envelope* envelope() const { return std::get_if<attest::Envelope>(&bundle.content); }

  // The outcome of a step. `skip` and `pass` return true, `fail` false: whether the next step is reached.
  bool pass(attest::Step step, std::string detail = {});
  bool skip(attest::Step step, attest::StepCode code, std::string detail = {});
  bool fail(attest::Step step, attest::StepCode code, std::string detail);
  bool fail(attest::Step step, const Error& error);

  const SignedMaterial& material;
  const attest::Bundle& bundle;
  const TrustPolicy& policy;
  const root::TrustedRoot* const trusted;  ///< null: keys alone are asked
  const Waived log, sct;                   ///< of this instance
  const Time now;
  Budget& budget;

  std::vector<attest::StepResult> steps;                ///< every step once, in the order of Step
  std::optional<crypto::Certificate> leaf;              ///< of the signer, where there is one
  const TrustedKey* key = nullptr;                      ///< that made the signature
  std::optional<Result<crypto::SignatureScheme>> made;  ///< whether certificate's or policy's key made it, and how
  std::vector<const root::CertificateAuthority*> issuers;
  const crypto::Certificate* issuer = nullptr;
  std::vector<Time> times, claimed;      ///< proven; said without proof
  std::vector<Time> fractions;           ///< of proven times with a fraction of a second: the second after, to hold too
  std::set<std::string> time_witnesses;  ///< logs and authorities, or their operators, that proved a time
  std::vector<const root::TransparencyLog*> timeless;  ///< logs that hold the signature and promised no time
  std::optional<attest::CertificateIdentity> identity;
};

attest::StepCode step_code(const Error& error);
/// "sha256:…" of the first subject, quoted, and how many more there are.
std::string subjects_of(const attest::Statement& statement);
/// sha256, sha384 or sha512 of "SHA2_256" and its like.
std::optional<crypto::HashAlgorithm> hash_named(std::string_view name);

// The steps, each in the order of its name in attest::Step. They return whether the next one is reached.
bool judge_signer(Verification& judged);           ///< parse, trust-root; who may have signed
bool judge_issuers(Verification& judged);          ///< whether some authority could have issued the certificate (chain)
bool judge_log_entries(Verification& judged);      ///< tlog-set, tlog-inclusion, tlog-checkpoint, tlog-entry
bool judge_timestamps(Verification& judged);       ///< timestamp
bool judge_time(Verification& judged);             ///< time
bool judge_chain(Verification& judged);            ///< chain
bool judge_certificate_log(Verification& judged);  ///< sct
bool judge_signature(Verification& judged);        ///< signature
bool judge_artifact(Verification& judged);         ///< artifact
bool judge_identity(Verification& judged);         ///< identity

}  // namespace supply::verify::internal
