// Whether somebody's verification summary (VSA) may be relied on: the specification's steps, of which the signature and
// the subject (1 and 2) are the verifier's. Of artifacts, of sources (SLSA_SOURCE_LEVEL_…), of dependencies. Pure.
// Source: slsa.dev/spec/v1.2/verification_summary, "How to verify".
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/time/time.hpp"
#include "libsupply/trust/attest/signer_identity.hpp"
#include "libsupply/trust/predicates/verification_summary.hpp"

namespace supply::provenance {

/// Whom somebody lets speak for a verifier.
struct VerifierTrust {
  std::string id;  ///< verifier.id, byte for byte
  std::function<bool(const attest::SignerIdentity&)> may_sign;
};

struct SummaryExpectations {
  std::vector<VerifierTrust> verifiers = {};
  std::vector<std::string> resources = {};  ///< patterns of resourceUri (glob_match), at least one
  /// Levels ("SLSA_BUILD_LEVEL_2": this or a higher one of its track) and properties, each of which must be there; at
  /// least one.
  std::vector<std::string> levels = {};
  /// The policy: by its digest ("sha256" to hex), any algorithm of them equal; empty: any policy.
  std::map<std::string, std::string> policy_digest = {};
  /// The least level that each transitive dependency must have; nothing: not asked. No claim about them is a no.
  std::optional<int> dependency_level = {};
  std::optional<std::chrono::seconds> max_age = {};  ///< of timeVerified; without one it is too old
};

enum class SummaryCheck { type, predicate, verifier, resource, result, levels, policy, dependencies, age };
std::string_view to_string(SummaryCheck check);

struct SummaryCheckResult {
  SummaryCheck check;
  bool passed = false;
  std::string expected = {}, found = {};
};

struct SummaryJudgement {
  std::optional<predicates::VerificationSummary> summary = {};
  std::vector<SummaryCheckResult> checks = {};

  bool satisfied() const;
};

/// Judges a statement whose signature by `signer` is verified, and whose subject is the artifact. A summary more than
/// five minutes in the future is none.
SummaryJudgement judge_summary(std::string_view predicate_type, std::string_view predicate,
                               const attest::SignerIdentity& signer, const SummaryExpectations& expected, Time now);

}  // namespace supply::provenance
