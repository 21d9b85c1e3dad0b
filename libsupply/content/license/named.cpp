#include "libsupply/content/license/named.hpp"

#include <array>
#include <string>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/internal/aliases.hpp"

namespace supply::license {
namespace {

bool is_word(char c) { return is_lower_alnum(c) || c == '.' || c == '+'; }

// Letters that look like ASCII ones and have a code of their own: U+FF01 to U+FF5E are U+0021 to U+007E in full width.
char narrow(std::string_view three) {
  const auto second = static_cast<unsigned char>(three[1]), third = static_cast<unsigned char>(three[2]);
  if (static_cast<unsigned char>(three[0]) != 0xEF || (second != 0xBC && second != 0xBD)) return 0;
  const unsigned code = (second == 0xBC ? 0x20u : 0x60u) + (third & 0x3Fu);
  return code > 0x20 && code < 0x7F ? static_cast<char>(code) : 0;
}

// Lower case; whatever is no word (blanks, slashes, brackets, hyphens of any kind) as one '-'; what has no width is
// left out.
std::string folded(std::string_view text) {
  std::string out = "-";
  const auto add = [&](char c) {
    c = to_lower(c);
    if (is_word(c)) out += c;
    else if (out.back() != '-') out += '-';
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view three = text.substr(i, 3);
    if (three == "\xE2\x80\x8B" || three == "\xE2\x80\x8C" || three == "\xE2\x80\x8D" || three == "\xE2\x81\xA0" ||
        three == "\xEF\xBB\xBF") {
      i += 2;
    } else if (text.substr(i, 2) == "\xC2\xAD") {  // a soft hyphen
      i += 1;
    } else if (const char c = three.size() == 3 ? narrow(three) : '\0'; c != 0) {
      add(c);
      i += 2;
    } else {
      add(text[i]);
    }
  }
  if (out.back() != '-') out += '-';
  return out;
}

// "AGPL-*", "AGPL-3.0-only" and "AGPL" are about "agpl".
std::string family_of(std::string_view pattern) {
  std::size_t end = 0;
  while (end < pattern.size() && pattern[end] != '*' && pattern[end] != '?' &&
         !(pattern[end] == '-' && end + 1 < pattern.size() && is_digit(pattern[end + 1])))
    ++end;
  std::string out = folded(pattern.substr(0, end));
  return out.size() < 4 ? std::string() : out.substr(1, out.size() - 2);
}

// Families by their names in words.
struct Spelled {
  std::string_view words, family;
};
constexpr std::array kSpelled = {
    Spelled{"affero", "agpl"},
    Spelled{"lesser-general-public", "lgpl"},
    Spelled{"library-general-public", "lgpl"},
    Spelled{"gnu-general-public", "gpl"},
    Spelled{"gnu-public-licen", "gpl"},
    Spelled{"gnu-free-documentation", "gfdl"},
    Spelled{"mozilla-public", "mpl"},
    Spelled{"eclipse-public", "epl"},
    Spelled{"european-union-public", "eupl"},
    Spelled{"common-development-and-distribution", "cddl"},
    Spelled{"server-side-public", "sspl"},
    Spelled{"business-source", "busl"},
    Spelled{"open-software-licen", "osl"},
    Spelled{"non-commercial", "cc-by-nc"},
    Spelled{"noncommercial", "cc-by-nc"},
};

// What begins at `at` is a licence of the family: does the pattern match it? The longest name that is known decides.
bool matches_at(std::string_view text, std::size_t at, std::string_view pattern) {
  std::string id;
  std::size_t end = at;
  for (int words = 0; words < 5 && end < text.size(); ++words) {
    end = std::min(text.find('-', end + 1), text.size());
    if (const auto known = find_alias(text.substr(at, end - at))) id = *known;
  }
  return id.empty() || glob_match(to_lower(pattern), to_lower(id)) ||
         glob_match(to_lower(pattern), to_lower(id.substr(0, id.find(" WITH "))));
}

}  // namespace

bool names_license(std::string_view text, std::string_view pattern) {
  const std::string family = family_of(pattern);
  if (family.empty()) return false;
  const std::string folded_text = folded(text.substr(0, kMaxNamedLicenseBytes));
  const std::string_view looked_at = folded_text;
  for (const Spelled& one : kSpelled)
    if (one.family == family && looked_at.find(one.words) != std::string_view::npos) return true;
  int tries = 0;
  for (std::size_t at = looked_at.find(family); at != std::string_view::npos; at = looked_at.find(family, at + 1)) {
    if (looked_at[at - 1] != '-') continue;
    const std::string_view rest = looked_at.substr(at + family.size());
    const bool ends = !is_lower(rest[0]) || (rest[0] == 'v' && (is_digit(rest[1]) || rest[1] == '-' || rest[1] == '.'));
    if (ends && (matches_at(looked_at, at, pattern) || ++tries > 20)) return true;
  }
  return false;
}

}  // namespace supply::license
