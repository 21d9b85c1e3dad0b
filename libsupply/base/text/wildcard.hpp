// Patterns of names that are no paths, in which '/' is a byte as any other. Patterns of paths are glob_match()'s.
#pragma once

#include <string_view>

namespace supply {

/// Whether `text` matches `pattern`: `*` (or `**`) stands for any run of bytes, `?` for one byte, '/' too.
/// Takes time proportional to both lengths multiplied at the worst.
bool wildcard_match(std::string_view pattern, std::string_view text);

/// Whether some text matches both the pattern, in which `*` is any run of bytes, and the form, in which `*` is any run
/// without '/'; `?` is a byte as any other in both. Takes time proportional to both lengths multiplied.
bool may_match_form(std::string_view pattern, std::string_view form);

}  // namespace supply
