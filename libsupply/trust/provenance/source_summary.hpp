// Whether the sources that provenance names were verified: SLSA's source track. A source's verification summary (VSA)
// is about a commit, and counts for provenance that was built of that commit of that repository. Pure; any thread.
// Source: slsa.dev/spec/v1.2/source-requirements, "Source summary attestations";
// slsa.dev/spec/v1.2/verification_summary.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/provenance/provenance.hpp"
#include "libsupply/trust/provenance/summary_judge.hpp"

namespace supply::provenance {

/// A statement whose signature by `signer` is verified, about commits.
struct SourceSummary {
  std::vector<std::string> commits = {};  ///< commits_of() it
  std::string predicate_type = {}, predicate = {};
  attest::SignerIdentity signer = {};
};

/// The commits that a verification summary is about, in lower case; none of any other statement.
std::vector<std::string> commits_of(const attest::Statement& statement);

struct SourceExpectations {
  std::vector<VerifierTrust> verifiers = {};  ///< at least one
  int level = 1;                              ///< the least SLSA source level, 1 to 4
  std::optional<std::chrono::seconds> max_age = {};
};

/// Why some source of the provenance is not verified as expected, or "": each must be, and there must be one. Of
/// several summaries of one source that count the newest decides; its level is that or a higher one.
std::string source_objection(const Provenance& provenance, std::span<const SourceSummary> summaries,
                             const SourceExpectations& expected, Time now);

}  // namespace supply::provenance
