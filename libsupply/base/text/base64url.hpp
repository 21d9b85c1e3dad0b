// Base64 with the alphabet for URLs, as JWTs and JWKs have it. Any thread. Source: RFC 4648, section 5; RFC 7515,
// section 2. from_base64() reads it.
#pragma once

#include <string>
#include <string_view>

namespace supply {

/// Without padding.
std::string to_base64url(std::string_view bytes);

}  // namespace supply
