// The JSON that envelopes and bundles share.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/trust/attest/dsse_envelope.hpp"

namespace supply::attest::internal {

/// What Envelope::parse reads, from a value. Errors: malformed, limit_exceeded.
Result<Envelope> envelope_from(const nlohmann::json& value);

/// The text of a member's value exactly as it is in `object`, the text of a JSON object that was parsed already;
/// nothing when there is no such member. The view is into `object`.
std::optional<std::string_view> member_text(std::string_view object, std::string_view member);

}  // namespace supply::attest::internal
