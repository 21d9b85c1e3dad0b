// The parts of TOML that stand for themselves: strings, numbers, truth values, dates and times.
// Source: TOML 1.0.0, "String" to "Local Time", and toml.abnf.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/toml/internal/node.hpp"

namespace supply::toml {

/// Where the reader is in a text that is UTF-8.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;

  bool ends() const { return at >= text.size(); }
  /// NUL at the end, which is nowhere allowed in TOML.
  char peek() const { return ends() ? '\0' : text[at]; }
  bool starts_with(std::string_view part) const { return text.substr(at).starts_with(part); }
  /// The length of the line end that is here: 0, 1 (LF) or 2 (CR LF).
  std::size_t line_end() const { return peek() == '\n' ? 1 : starts_with("\r\n") ? 2 : 0; }
  void skip_blanks();  ///< spaces and tabs
  /// malformed: "line 3: not TOML: what".
  Error fail(std::string_view what) const;
};

/// Whether strings and comments may not have it: the control characters but for tab.
bool is_forbidden(char c);
/// A string of one line, as a key may be one too; the cursor is at its quote. Errors: malformed.
Result<std::string> read_single_line_string(Cursor& cursor);
/// A string of any of the four kinds. Errors: malformed.
Result<std::string> read_string(Cursor& cursor);
/// What begins here and is no string, array or table. Errors: malformed, also of an integer beyond 64 bits.
Status read_plain(Cursor& cursor, Node& node);

}  // namespace supply::toml
