// Characters in UTF-8, and which of them a terminal does not show as they are. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace supply {

/// The length of the sequence at the start of `text`, or 0. Source: RFC 3629, section 4.
std::size_t utf8_sequence(std::string_view text);
/// The code point of a whole sequence that utf8_sequence() took.
std::uint32_t code_point(std::string_view sequence);
/// Appends a Unicode scalar value: at most 0x10ffff, and no surrogate. Source: RFC 3629, section 3.
void append_utf8(std::string& out, std::uint32_t point);
/// Whether a character moves what is around it, ends a line, or is seen by nobody: controls (C0, DEL, C1), line and
/// paragraph separators, zero-width characters, marks, embeddings, overrides, isolates and deprecated formats of
/// direction (CVE-2021-42574), the byte order mark, and what is no character at all. All are in the Basic Multilingual
/// Plane.
bool is_hidden(std::uint32_t code_point);

}  // namespace supply
