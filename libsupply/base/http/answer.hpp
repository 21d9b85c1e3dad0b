// What a server's answer says by its status, and in the header fields that many services send. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::http {

/// 2xx.
inline bool is_success(int status) { return status >= 200 && status < 300; }
/// Whether a status passes: 408, 429 and what 5xx says of passing trouble. 501 and 505 stay as they are.
bool is_passing(int status);
/// What a status that is no success means, where the server's own words say nothing else: 401, 403, 404 and 429 by
/// their names; what passes is unavailable; the rest is unsupported.
ErrorCode error_code_of(int status);
/// "Sun, 06 Nov 1994 08:49:37 GMT". Source: RFC 9110, section 5.6.7.
std::optional<Time> parse_http_date(std::string_view text);
/// A header field that is one whole number.
std::optional<std::uint64_t> parse_number(std::optional<std::string_view> field);
/// How long the server asks to wait: seconds, or a date against the server's own Date. Source: RFC 9110,
/// section 10.2.3.
std::optional<std::chrono::seconds> retry_after(const Headers& headers);

}  // namespace supply::http
