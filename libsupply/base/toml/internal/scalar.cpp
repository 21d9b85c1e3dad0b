#include "libsupply/base/toml/internal/scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/text/utf8.hpp"

namespace supply::toml {
namespace {

int digit_of(char c, int base) {
  const char lower = to_lower(c);
  const int value = is_digit(c) ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : base;
  return value < base ? value : -1;
}

// What a backslash and the letter behind it stand for; the cursor is at the backslash.
Status append_escaped(Cursor& cursor, std::string& out) {
  constexpr std::string_view kLetters = "btnfr\"\\", kMeant = "\b\t\n\f\r\"\\";
  ++cursor.at;
  const char letter = cursor.peek();
  if (const std::size_t at = kLetters.find(letter); !cursor.ends() && at != std::string_view::npos) {
    out += kMeant[at];
    ++cursor.at;
    return {};
  }
  const std::size_t digits = letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  if (digits == 0) return cursor.fail("an escape that is not known");
  std::uint32_t point = 0;
  ++cursor.at;
  for (std::size_t i = 0; i < digits; ++i, ++cursor.at) {
    const int digit = digit_of(cursor.peek(), 16);
    if (digit < 0) return cursor.fail("an escape with too few hexadecimal digits");
    point = point * 16 + static_cast<std::uint32_t>(digit);
  }
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return cursor.fail("an escape of no Unicode scalar");
  append_utf8(out, point);
  return {};
}

// A backslash at the end of a line: all white space behind it, line ends included, is gone. False: it is none.
bool skip_line_ending_backslash(Cursor& cursor) {
  Cursor ahead = cursor;
  ++ahead.at;
  ahead.skip_blanks();
  if (ahead.line_end() == 0) return false;
  while (const std::size_t length = ahead.line_end()) {
    ahead.at += length;
    ahead.skip_blanks();
  }
  cursor = ahead;
  return true;
}

Result<std::string> read_multi_line_string(Cursor& cursor, char mark) {
  const Cursor begin = cursor;
  cursor.at += 3;
  cursor.at += cursor.line_end();
  std::string out;
  while (!cursor.ends()) {
    const char c = cursor.peek();
    if (c == mark) {
      const std::size_t run = std::min(cursor.text.find_first_not_of(mark, cursor.at), cursor.text.size()) - cursor.at;
      // Up to two more are before the three that end it.
      if (run > 5) return cursor.fail("more than five quotes in a row");
      cursor.at += run;
      if (run < 3) {
        out.append(run, mark);
        continue;
      }
      out.append(run - 3, mark);
      return out;
    }
    if (const std::size_t length = cursor.line_end(); length != 0) {
      out += '\n';
      cursor.at += length;
    } else if (c == '\\' && mark == '"') {
      if (!skip_line_ending_backslash(cursor)) SUPPLY_TRY(append_escaped(cursor, out));
    } else if (is_forbidden(c)) {
      return cursor.fail("a control character in a string");
    } else {
      out += c;
      ++cursor.at;
    }
  }
  return begin.fail("a string that does not end");
}

// Digits with single underscores between them, which are left out. nullopt: something else.
std::optional<std::string> plain_digits(std::string_view text, int base = 10) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && i != 0 && i + 1 < text.size() && text[i - 1] != '_') continue;
    if (digit_of(text[i], base) < 0) return std::nullopt;
    out += text[i];
  }
  if (out.empty()) return std::nullopt;
  return out;
}

bool has_leading_zero(std::string_view digits) { return digits.size() > 1 && digits.front() == '0'; }

bool set_integer(Node& node, std::string_view digits, int base) {
  node.kind = Node::Kind::integer;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), node.integer, base);
  return error == std::errc() && end == digits.data() + digits.size();
}

// Of a token without its sign.
bool is_real(std::string_view token, std::string& plain) {
  const std::size_t exponent = std::min(token.find_first_of("eE"), token.size());
  const std::size_t point = std::min(token.find('.'), exponent);
  const auto whole = plain_digits(token.substr(0, point));
  if (!whole || has_leading_zero(*whole)) return false;
  plain += *whole;
  if (point != exponent) {
    const auto fraction = plain_digits(token.substr(point + 1, exponent - point - 1));
    if (!fraction) return false;
    plain += "." + *fraction;
  }
  if (exponent != token.size()) {
    std::string_view power = token.substr(exponent + 1);
    plain += 'e';
    if (power.starts_with('+') || power.starts_with('-')) {
      plain += power.front();
      power.remove_prefix(1);
    }
    const auto digits = plain_digits(power);
    if (!digits) return false;
    plain += *digits;
  }
  return point != exponent || exponent != token.size();
}

void set_real(Node& node, const std::string& plain) {
  node.kind = Node::Kind::real;
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), node.real);
  // What is too large for a double is infinite, what is too small is 0, as IEEE 754 rounds.
  if (read.ec == std::errc::result_out_of_range) node.real = std::strtod(plain.c_str(), nullptr);
}

Status read_number(const Cursor& begin, std::string_view token, Node& node) {
  std::string_view rest = token;
  const bool is_signed = rest.starts_with('+') || rest.starts_with('-'), negative = rest.starts_with('-');
  if (is_signed) rest.remove_prefix(1);
  if (rest == "inf" || rest == "nan") {
    node.kind = Node::Kind::real;
    node.real = rest == "inf" ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    if (negative) node.real = -node.real;
    return {};
  }
  const int base = rest.starts_with("0x") ? 16 : rest.starts_with("0o") ? 8 : rest.starts_with("0b") ? 2 : 10;
  if (base != 10 && is_signed) return begin.fail("a sign before " + quote(rest));
  if (const auto digits = plain_digits(base == 10 ? rest : rest.substr(2), base)) {
    if (base == 10 && has_leading_zero(*digits)) return begin.fail("an integer that begins with 0: " + quote(token));
    if (!set_integer(node, (negative ? "-" : "") + *digits, base))
      return begin.fail("an integer that has more than 64 bits: " + quote(token));
    return {};
  }
  std::string plain = negative ? "-" : "";
  if (base != 10 || !is_real(rest, plain)) return begin.fail("no value: " + quote(token));
  set_real(node, plain);
  return {};
}

// Two digits from `at` on, at most `most`. -1: they are not there.
int two_digits(std::string_view text, std::size_t at, int most) {
  if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
  const int value = (text[at] - '0') * 10 + (text[at + 1] - '0');
  return value <= most ? value : -1;
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const int century = two_digits(text, 0, 99), of_century = two_digits(text, 2, 99);
  const int month = two_digits(text, 5, 12), day = two_digits(text, 8, 31);
  if (century < 0 || of_century < 0 || month < 1 || day < 1) return false;
  const int year = century * 100 + of_century;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int last = month == 2 ? (leap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  return day <= last;
}

// "07:32:00" or "07:32:00.999", and its length; what is behind it is an offset or nothing. 0: none.
// Source: RFC 3339, section 5.6; a second of 60 is a leap second.
std::size_t time_length(std::string_view text) {
  if (two_digits(text, 0, 23) < 0 || two_digits(text, 3, 59) < 0 || two_digits(text, 6, 60) < 0) return 0;
  if (text[2] != ':' || text[5] != ':') return 0;
  if (text.size() == 8 || text[8] != '.') return 8;
  std::size_t end = 9;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end == 9 ? 0 : end;
}

bool is_offset(std::string_view text) {
  if (text == "Z" || text == "z") return true;
  return text.size() == 6 && (text[0] == '+' || text[0] == '-') && two_digits(text, 1, 23) >= 0 && text[3] == ':' &&
         two_digits(text, 4, 59) >= 0;
}

// Whether it is a date, a time or both.
bool set_date_time(Node& node, std::string_view token) {
  node.text = token;
  const bool dated = is_date(token.substr(0, 10));
  if (dated && token.size() == 10) {
    node.kind = Node::Kind::local_date;
    return true;
  }
  if (dated && token[10] != 'T' && token[10] != 't' && token[10] != ' ') return false;
  const std::string_view time = dated ? token.substr(11) : token;
  const std::size_t length = time_length(time);
  if (length == 0) return false;
  if (length == time.size()) {
    node.kind = dated ? Node::Kind::local_date_time : Node::Kind::local_time;
    return true;
  }
  node.kind = Node::Kind::offset_date_time;
  return dated && is_offset(time.substr(length));
}

bool is_plain(char c) { return is_alnum(c) || c == '+' || c == '-' || c == '_' || c == '.' || c == ':'; }

}  // namespace

void Cursor::skip_blanks() {
  while (!ends() && (text[at] == ' ' || text[at] == '\t')) ++at;
}

Error Cursor::fail(std::string_view what) const {
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(at, text.size())), '\n');
  return Error(ErrorCode::malformed, "line " + std::to_string(line) + ": not TOML: " + std::string(what));
}

bool is_forbidden(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

Result<std::string> read_single_line_string(Cursor& cursor) {
  const Cursor begin = cursor;
  const char mark = cursor.peek();
  std::string out;
  for (++cursor.at; !cursor.ends() && cursor.line_end() == 0;) {
    const char c = cursor.peek();
    if (c == mark) {
      ++cursor.at;
      return out;
    }
    if (c == '\\' && mark == '"') {
      SUPPLY_TRY(append_escaped(cursor, out));
    } else if (is_forbidden(c)) {
      return cursor.fail("a control character in a string");
    } else {
      out += c;
      ++cursor.at;
    }
  }
  return begin.fail("a string that does not end on its line");
}

Result<std::string> read_string(Cursor& cursor) {
  const char mark = cursor.peek();
  if (cursor.starts_with(std::string(3, mark))) return read_multi_line_string(cursor, mark);
  return read_single_line_string(cursor);
}

Status read_plain(Cursor& cursor, Node& node) {
  const Cursor begin = cursor;
  while (!cursor.ends() && is_plain(cursor.text[cursor.at])) ++cursor.at;
  std::string_view token = cursor.text.substr(begin.at, cursor.at - begin.at);
  // A space may be between a date and a time.
  if (token.size() == 10 && is_date(token) && cursor.peek() == ' ' && two_digits(cursor.text, cursor.at + 1, 99) >= 0) {
    for (++cursor.at; !cursor.ends() && is_plain(cursor.text[cursor.at]);) ++cursor.at;
    token = cursor.text.substr(begin.at, cursor.at - begin.at);
  }
  if (token.empty()) return begin.fail("a value is missing");
  if (token == "true" || token == "false") {
    node.kind = Node::Kind::boolean;
    node.boolean = token == "true";
    return {};
  }
  const bool dated = token.size() > 4 && token[4] == '-' && is_digit(token[0]) && is_digit(token[3]);
  if (dated || token.find(':') != std::string_view::npos) {
    if (!set_date_time(node, token)) return begin.fail("no date or time: " + quote(token));
    return {};
  }
  return read_number(begin, token, node);
}

}  // namespace supply::toml
