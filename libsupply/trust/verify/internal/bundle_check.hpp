// A signature judged step by step, as the specification of Sigstore's clients orders them.
#pragma once

#include <optional>
#include <vector>

#include "libsupply/trust/verify/internal/verification.hpp"

namespace supply::verify::internal {

struct BundleVerdict {
  std::vector<attest::StepResult> steps;         ///< every step once, in the order of Step
  std::optional<attest::SignerIdentity> signer;  ///< nothing: some step failed

  /// The first step that failed; null when none did.
  const attest::StepResult* failure() const;
  /// The same as an error, which names the step: mismatch is a no; malformed, unsupported and limit_exceeded: it could
  /// not be judged.
  Error error() const;
  /// The same without the name of the step: where keys alone were asked.
  Error plain_error() const;
  /// The one of the two for what was asked.
  Error error_for(const TrustPolicy& policy) const { return policy.trusted_root ? error() : plain_error(); }
};

/// "signature 2 of 3: …" where there are several.
Error placed(Error why, std::string_view what, std::size_t index, std::size_t count);

/// Steps of a verdict on evidence that cannot be read at all.
std::vector<attest::StepResult> unreadable(const Error& error);

/// Judges one signature. With a policy without trusted root, keys alone are asked, and what else came is not looked at.
BundleVerdict check_bundle(const SignedMaterial& material, const TrustPolicy& policy, Time now, Budget& budget);

}  // namespace supply::verify::internal
