// The policy's part about verifiers of summaries (VSA): whose signatures count for which verifier.id.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libsupply/trust/provenance/summary_judge.hpp"
#include "libsupply/verdict/policy/internal/policy_scope.hpp"

namespace supply::policy {

/// A value. What trusts() gives refers to it.
struct SummaryVerifiers {
  std::map<std::string, Signers> signers = {};  ///< by verifier.id, byte for byte

  /// "ID signed by NAMES or ID signed by NAMES".
  std::string to_string() const;
  std::vector<provenance::VerifierTrust> trusts() const;
};

/// The member `verifiers` of `node`. Errors: usage, with the place.
Result<SummaryVerifiers> read_summary_verifiers(const PolicyNode& node, const PolicyScope& scope);

}  // namespace supply::policy
