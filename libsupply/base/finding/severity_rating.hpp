// How severe something is, in the one scale of what scanners report and of the thresholds of policies.
// Pure. Source: CVSS v3.1, section 5, "Qualitative Severity Rating Scale"; negligible is its None, as Grype calls it.
#pragma once

#include <cstdint>
#include <string_view>

namespace supply {

/// From the least to the most severe; unknown is less than all, and callers say what it means to them.
enum class SeverityRating : std::uint8_t { unknown, negligible, low, medium, high, critical };
std::string_view to_string(SeverityRating rating);
/// By name in any case (also Red Hat's "moderate" and "important"), or as a CVSS score ("7.5"). unknown for anything
/// else.
SeverityRating severity_rating_of(std::string_view text);

}  // namespace supply
