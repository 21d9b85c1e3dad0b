// A policy in the words of containers/image, which podman, CRI-O, buildah and skopeo enforce when they pull:
// policy.json and registries.d. Pure. Source: containers-policy.json(5), containers-registries.d(5).
#pragma once

#include <string>
#include <vector>

#include "libsupply/verdict/policy/policy.hpp"

namespace supply::policy {

struct ContainersPolicy {
  std::string policy_json;      ///< /etc/containers/policy.json
  std::string registries_yaml;  ///< for /etc/containers/registries.d
  /// What the policy asks and these cannot: such images are rejected, or, in what was left out, only signatures are
  /// asked of them. Sorted; empty: all of it is said.
  std::vector<std::string> rejected = {}, left_out = {};
  std::vector<std::string> notes = {};  ///< where these are stricter, and what they need
};

/// What of an entry that asks more than signatures: its images are rejected, or the rest is left out.
enum class OtherRules { reject, leave_out };

/// Nothing that the policy denies passes, but for what is in `left_out`: everything that no scope names is rejected,
/// and a scope asks what every entry asks that could be for one of its images. Signatures are those of cosign's tags
/// (`supply sign --format legacy`), for containers/image reads no others.
ContainersPolicy containers_policy(const Policy& policy, OtherRules other_rules);

}  // namespace supply::policy
