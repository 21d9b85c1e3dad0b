// Text literals of programming languages, as files that programs write have them. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace supply::catalog {

/// How a text is quoted. ruby: '…' with \\ and \' alone; "…" with escapes, and nothing for #{…}. lua: both with
/// escapes. erlang: both with escapes ('…' is an atom). Sources: Ruby, doc/syntax/literals.rdoc; Lua 5.4 manual 3.1;
/// Erlang reference manual, "Data Types", escape sequences.
enum class QuoteStyle { ruby, lua, erlang };

/// Takes a literal off the front of `rest`, which begins with its quote. Bytes above 0x7f are kept as they are.
/// Nothing when it has no end or is no plain text; `rest` is then anywhere.
std::optional<std::string> take_quoted(std::string_view& rest, QuoteStyle style);
/// The character in UTF-8; U+FFFD for what is none.
std::string utf8_of(std::uint32_t character);
/// The text with each byte above 0x7f taken for the character of that number (ISO 8859-1).
std::string utf8_of_latin1(std::string_view text);

}  // namespace supply::catalog
