// Break-glass: somebody whom the policy names lets pass what it denies, by a signed record attached to the image that
// says why and until when. The record is the way in, so there is always one. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/verdict/policy/facts.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::gate {

/// The predicate type of a record: {"reason", "owner", "issued", "expires", "policy": {"sha256": hex}}.
inline constexpr std::string_view kBreakGlassType = "urn:supply:break-glass:v1";

struct BrokenGlass {
  std::string reason, owner, signer;
  Digest evidence;
  Time issued, expires;
};

/// The record that counts for every platform of the image now: by a key of the policy's break_glass, for this policy by
/// its digest, issued and not expired, for no longer than the policy allows. Of several the one that lasts longest.
/// Absent: there is none.
std::optional<BrokenGlass> broken_glass(const policy::Facts& facts, const policy::Policy& policy);

}  // namespace supply::gate
