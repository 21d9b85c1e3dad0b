// The results of a verifier: SLSA's verification summary (VSA) and in-toto's simple verification result (SVR), read,
// and the VSA written. Source: slsa.dev/spec/v1.2/verification_summary; in-toto/attestation, spec/predicates/svr.md.
#pragma once

#include <cstdint>

#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/predicates/resource_descriptor.hpp"

namespace supply::predicates {

using attest::kVerificationSummaryType;

struct VerificationSummary {
  std::string verifier_id = {};
  std::map<std::string, std::string> verifier_version = {};  ///< by component
  std::optional<Time> time_verified = {};
  std::string resource_uri = {};
  ResourceDescriptor policy = {};                           ///< with a uri
  std::vector<ResourceDescriptor> input_attestations = {};  ///< all of them or none; each with a digest
  bool passed = false;                                      ///< verificationResult
  /// Levels, at most one of each track, and verified properties ("SLSA_BUILD_REPRODUCED"), in their order.
  std::vector<std::string> verified_levels = {};
  /// Transitive dependencies by level. Absent: nothing is said of them; empty: there are none.
  std::optional<std::map<std::string, std::uint64_t>> dependency_levels = {};
  std::string slsa_version = {};  ///< "1.2"; may be empty
};

/// The predicate's JSON text, compact, keys sorted: what is empty or unset is left out. Errors: malformed, for a
/// summary that the specification forbids: no verifier, resource or policy uri, an input without digest, two levels of
/// a track, no level at all.
Result<std::string> to_predicate(const VerificationSummary& summary);

/// The level of a track ("BUILD", "SOURCE") that SLSA_<track>_LEVEL_<n> among `levels` says; nothing when none does
/// (LEVEL_UNEVALUATED too), or when two do.
std::optional<int> level_of(const std::vector<std::string>& levels, std::string_view track);

struct SimpleVerificationResult {
  std::string verifier_id = {};
  std::vector<ResourceDescriptor> policies = {};  ///< of v0.2; may be empty
  std::optional<Time> time_created = {};          ///< there, when read
  std::vector<std::string> properties = {};       ///< what passed
};

}  // namespace supply::predicates
