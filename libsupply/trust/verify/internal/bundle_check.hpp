// A bundle judged step by step, as the specification of Sigstore's clients orders them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/verify/artifact.hpp"
#include "libsupply/trust/verify/trust_policy.hpp"

namespace supply::verify::internal {

struct BundleVerdict {
  std::vector<attest::StepResult> steps;       ///< every step once, in the order of Step
  std::optional<attest::Signer> signer;        ///< nothing: some step failed
  std::optional<attest::Statement> statement;  ///< of an envelope, once its signature held
  std::string payload = {};                    ///< of the same

  /// The first step that failed; null when none did.
  const attest::StepResult* failure() const;
  /// The same as an error: mismatch is a no; malformed, unsupported and limit_exceeded: it could not be judged.
  Error error() const;
};

/// Steps of a verdict on evidence that cannot be read at all.
std::vector<attest::StepResult> unreadable(const Error& error);

/// Judges a bundle by a policy that has a trusted root. Without an artifact, that step is left to the caller, who asks
/// the statement's subjects (of an envelope), or has put the digest of the signed bytes into the bundle itself.
/// `stamped` is what timestamps are of, where that is not the signature (cosign's first form of attestations).
BundleVerdict check_bundle(const attest::Bundle& bundle, const std::optional<Artifact>& artifact,
                           const TrustPolicy& policy, Time now, Budget& budget,
                           std::optional<std::string_view> stamped = std::nullopt);

}  // namespace supply::verify::internal
