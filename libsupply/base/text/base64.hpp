// Base64 in its two alphabets. Source: RFC 4648, sections 4 and 5.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply {

/// The standard alphabet, padded, on one line.
std::string to_base64(std::string_view bytes);
/// Takes either alphabet, with or without padding (as proto3 JSON readers do), and no white space.
/// Errors: malformed, also for bits after the last byte that are not zero.
Result<std::string> from_base64(std::string_view text);

}  // namespace supply
