// Bytes as lower-case hexadecimal digits and back.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply {

std::string to_hex(std::string_view bytes);
/// Takes either case. Errors: malformed, for an odd length or another character.
Result<std::string> from_hex(std::string_view text);
/// Whether every character is 0-9 or a-f; true for the empty text.
bool is_lower_hex(std::string_view text);

}  // namespace supply
