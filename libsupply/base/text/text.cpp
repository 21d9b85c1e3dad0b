#include "libsupply/base/text/text.hpp"

#include <algorithm>
#include <cstdint>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply {
namespace {

constexpr std::size_t kQuotedBytes = 120;

// The length of the UTF-8 sequence at the start of `text`, or 0. Source: RFC 3629, section 4.
std::size_t utf8_sequence(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [&](std::size_t i) { return (at(i) & 0xc0U) == 0x80U; };
  const std::uint32_t a = at(0), b = at(1);
  if (a < 0x80) return 1;
  if (a >= 0xc2 && a <= 0xdf) return tail(1) ? 2 : 0;
  if (a >= 0xe0 && a <= 0xef) {
    const bool ok = a == 0xe0 ? b >= 0xa0 && b <= 0xbf : a == 0xed ? b >= 0x80 && b <= 0x9f : tail(1);
    return ok && tail(2) ? 3 : 0;
  }
  if (a >= 0xf0 && a <= 0xf4) {
    const bool ok = a == 0xf0 ? b >= 0x90 && b <= 0xbf : a == 0xf4 ? b >= 0x80 && b <= 0x8f : tail(1);
    return ok && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

// How many bytes the character at the front of `text` has; 0 when it is none in UTF-8, or must not reach a terminal.
std::size_t printable(std::string_view text) {
  const std::size_t length = utf8_sequence(text);
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (length == 1) return at(0) >= 0x20 && at(0) != 0x7f ? 1 : 0;
  if (length == 2 && at(0) == 0xc2 && at(1) < 0xa0) return 0;  // C1 controls
  // Embeddings, overrides and isolates (U+202A to U+202E, U+2066 to U+2069): CVE-2021-42574.
  const bool turns =
      length == 3 && at(0) == 0xe2 &&
      ((at(1) == 0x80 && at(2) >= 0xaa && at(2) <= 0xae) || (at(1) == 0x81 && at(2) >= 0xa6 && at(2) <= 0xa9));
  const bool noncharacter = length == 3 && at(0) == 0xef && at(1) == 0xbf && at(2) >= 0xbe;
  return turns || noncharacter ? 0 : length;
}

// Takes the character, or the one byte that is none, off the front of `text`, as it may be shown.
std::string take_plain(std::string_view& text) {
  const std::size_t length = printable(text);
  std::string shown(text.substr(0, length));
  if (length == 0) shown = "\\x" + to_hex(text.substr(0, 1));
  text.remove_prefix(std::max<std::size_t>(length, 1));
  return shown;
}

}  // namespace

std::string escape_for_terminal(std::string_view text) {
  std::string out;
  while (!text.empty()) out += take_plain(text);
  return out;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (std::string_view rest = text; !rest.empty();) {
    if (text.size() - rest.size() >= kQuotedBytes) return out + "…\"";
    if (rest.front() == '"' || rest.front() == '\\') out += '\\';
    out += take_plain(rest);
  }
  return out + "\"";
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> parts = split(text, '\n');
  if (parts.back().empty()) parts.pop_back();
  for (std::string_view& part : parts)
    if (part.ends_with('\r')) part.remove_suffix(1);
  return parts;
}

bool glob_match(std::string_view pattern, std::string_view text) {
  // reached[j]: the pattern so far matches the first j bytes of the text.
  std::vector<char> reached(text.size() + 1, 0);
  reached[0] = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char p = pattern[i];
    if (p == '*') {
      const bool any = i + 1 < pattern.size() && pattern[i + 1] == '*';
      if (any) ++i;
      for (std::size_t j = 1; j <= text.size(); ++j)
        reached[j] = static_cast<char>(reached[j] || (reached[j - 1] && (any || text[j - 1] != '/')));
      continue;
    }
    for (std::size_t j = text.size(); j > 0; --j)
      reached[j] = static_cast<char>(reached[j - 1] && (p == '?' ? text[j - 1] != '/' : text[j - 1] == p));
    reached[0] = 0;
  }
  return reached[text.size()] != 0;
}

}  // namespace supply
