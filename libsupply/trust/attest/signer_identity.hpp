// Who signed, and which steps showed it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/time/time.hpp"

namespace supply::attest {

/// What a certificate of Fulcio says of its holder. Source: sigstore/fulcio, docs/oid-info.md.
struct CertificateIdentity {
  std::string name;                               ///< the subjectAltName: a URI, an e-mail address, or a user's name
  std::string issuer;                             ///< of the OIDC token
  std::map<std::string, std::string> extensions;  ///< by the last number of 1.3.6.1.4.1.57264.1.N
};

/// In the order in which they are judged.
enum class Step {
  parse,
  trust_root,
  tlog_set,
  tlog_inclusion,
  tlog_checkpoint,
  tlog_entry,
  timestamp,
  time,
  chain,
  sct,
  signature,
  artifact,
  identity,
};
std::string_view to_string(Step step);  ///< "tlog-set"

enum class StepOutcome { passed, failed, skipped };
std::string_view to_string(StepOutcome outcome);

/// Why a step came out as it did. The closed set.
enum class StepCode {
  ok,
  not_needed,   ///< skipped: this form of evidence has no such step
  waived,       ///< skipped: the asker said so
  not_reached,  ///< skipped: an earlier step failed
  missing,      ///< what the step looks at is not there
  unknown,      ///< of a log or an authority that is not trusted
  malformed,
  unsupported,
  too_much,  ///< beyond a limit
  twice,     ///< the same entry counts once
  invalid,   ///< does not verify, or is of something else
  outside,   ///< of a time of validity
};
std::string_view to_string(StepCode code);  ///< "not-needed"

struct StepResult {
  Step step;
  StepOutcome outcome = StepOutcome::skipped;
  StepCode code = StepCode::not_reached;
  std::string detail = {};
};

struct SignerIdentity {
  /// The name under which the verifier was given the key (its path, or its name in a policy); of a certificate, its
  /// identity.
  std::string key_name;
  std::string fingerprint;  ///< hex of SHA-256 over the public key's DER: two names for one key are one signer
  std::string scheme;       ///< crypto::to_string(SignatureScheme)
  /// What the evidence brought beside the signature and nobody checked, since a key needs none of it: "certificate",
  /// "log entry", "timestamp", joined by commas; empty mostly.
  std::string unchecked = {};
  std::optional<CertificateIdentity> certificate = {};  ///< nothing: a key
  std::vector<Time> times = {};                         ///< when, as far as it was proven
  std::vector<StepResult> steps = {};                   ///< empty: a key's signature alone was asked for
};

}  // namespace supply::attest
