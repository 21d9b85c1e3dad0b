// What verify-blob and verify-blob-attestation found of a file, as a subject of a run. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsupply/trust/evidence/render.hpp"
#include "libsupply/verdict/report/run.hpp"

namespace supply::report {

/// What was asked for: a signature (rule "signatures"), or an attestation (rule "attestations").
enum class BlobClaim { signature, attestation };

/// A claim about the file that holds.
struct ProvenBlob {
  attest::SignerIdentity signer;
  std::string evidence;                   ///< digest of the bundle
  std::optional<Digest> digest = {};      ///< of the file; absent of a directory
  std::string predicate_type = {};        ///< of an attestation
  std::vector<std::string> refused = {};  ///< why other claims of the bundle do not count
};

/// The file is `question.image`, as typed. Allowed.
JudgedSubject subject_of(const evidence::Question& question, BlobClaim claim, const ProvenBlob& proven);
/// Denied where the reason is a mismatch; undecided, with the error, for every other one.
JudgedSubject subject_of(const evidence::Question& question, BlobClaim claim, const Error& why);

}  // namespace supply::report
