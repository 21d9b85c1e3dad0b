// Points in time, to the second, in UTC. Time is always a parameter: only a tool asks the clock.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply {

using Time = std::chrono::sys_seconds;

/// "2026-11-24T11:18:57Z". Source: RFC 3339, section 5.6.
std::string to_rfc3339(Time time);
/// Takes fractions (dropped) and offsets. Errors: malformed.
Result<Time> parse_rfc3339(std::string_view text);
/// Seconds since 1970 in decimal digits, as SOURCE_DATE_EPOCH has them. Errors: malformed.
Result<Time> parse_epoch(std::string_view text);

}  // namespace supply
