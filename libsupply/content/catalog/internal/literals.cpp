#include "libsupply/content/catalog/internal/literals.hpp"

#include <cstdint>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/utf8.hpp"

namespace supply::catalog {
namespace {

std::optional<unsigned> digit_of(char c, unsigned base) {
  unsigned value = 99;
  if (is_digit(c)) value = static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') value = static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') value = static_cast<unsigned>(c - 'A') + 10;
  if (value >= base) return std::nullopt;
  return value;
}

// Up to `most` digits.
std::optional<std::uint32_t> take_number(std::string_view& rest, unsigned base, std::size_t most) {
  std::uint32_t value = 0;
  std::size_t count = 0;
  while (count < most && !rest.empty()) {
    const auto digit = digit_of(rest[0], base);
    if (!digit) break;
    value = value * base + *digit;
    rest.remove_prefix(1);
    ++count;
  }
  if (count == 0) return std::nullopt;
  return value;
}

// In braces.
std::optional<std::uint32_t> take_braced(std::string_view& rest) {
  rest.remove_prefix(1);
  const auto value = take_number(rest, 16, 6);
  if (!value || rest.empty() || rest[0] != '}') return std::nullopt;
  rest.remove_prefix(1);
  return value;
}

// A number of a byte: what is above 0x7f in Erlang is a character.
std::string of_byte(std::uint32_t value, QuoteStyle style) {
  if (value > 0xff) return utf8_of(value);
  return style == QuoteStyle::erlang ? utf8_of(value) : std::string(1, static_cast<char>(value));
}

// Takes what is behind a backslash.
bool take_escape(std::string_view& rest, QuoteStyle style, std::string& out) {
  if (rest.empty()) return false;
  const char c = rest[0];
  if (style == QuoteStyle::lua ? is_digit(c) : c >= '0' && c <= '7') {
    const bool decimal = style == QuoteStyle::lua;
    const auto value = take_number(rest, decimal ? 10 : 8, 3);
    if (!value || (decimal && *value > 0xff)) return false;
    out += of_byte(*value & 0x1ff, style);
    return true;
  }
  rest.remove_prefix(1);
  switch (c) {
    case 'n': out += '\n'; return true;
    case 't': out += '\t'; return true;
    case 'r': out += '\r'; return true;
    case 'f': out += '\f'; return true;
    case 'v': out += '\v'; return true;
    case 'b': out += '\b'; return true;
    case 'a': out += '\a'; return true;
    case 'e': out += '\x1b'; return true;
    case 's': out += ' '; return true;
    case 'd':
      if (style == QuoteStyle::erlang) {
        out += '\x7f';
        return true;
      }
      break;
    case 'x': {
      if (rest.starts_with('{')) {
        const auto value = take_braced(rest);
        if (value) out += utf8_of(*value);
        return value.has_value();
      }
      const auto value = take_number(rest, 16, 2);
      if (value) out += of_byte(*value, style);
      return value.has_value();
    }
    case 'u': {
      const auto value = rest.starts_with('{') ? take_braced(rest) : take_number(rest, 16, 4);
      if (value) out += utf8_of(*value);
      return value.has_value();
    }
    case 'z':
      if (style == QuoteStyle::lua) {
        while (!rest.empty() && (rest[0] == ' ' || (rest[0] >= '\t' && rest[0] <= '\r'))) rest.remove_prefix(1);
        return true;
      }
      break;
    default: break;
  }
  out += c;
  return true;
}

}  // namespace

std::optional<std::string> take_quoted(std::string_view& rest, QuoteStyle style) {
  if (rest.empty()) return std::nullopt;
  const char quote = rest[0];
  rest.remove_prefix(1);
  const bool plain = style == QuoteStyle::ruby && quote == '\'';
  std::string out;
  while (!rest.empty()) {
    const char c = rest[0];
    rest.remove_prefix(1);
    if (c == quote) return out;
    if (c == '#' && style == QuoteStyle::ruby && !plain && !rest.empty() &&
        (rest[0] == '{' || rest[0] == '$' || rest[0] == '@'))
      return std::nullopt;
    if (c != '\\') {
      out += c;
    } else if (plain) {
      if (!rest.empty() && (rest[0] == '\\' || rest[0] == '\'')) {
        out += rest[0];
        rest.remove_prefix(1);
      } else {
        out += c;
      }
    } else if (!take_escape(rest, style, out)) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string utf8_of(std::uint32_t character) {
  if (character > 0x10ffff || (character >= 0xd800 && character < 0xe000)) character = 0xfffd;
  std::string out;
  append_utf8(out, character);
  return out;
}

std::string utf8_of_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) out += utf8_of(static_cast<unsigned char>(c));
  return out;
}

}  // namespace supply::catalog
