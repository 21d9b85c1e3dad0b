#include "libsupply/base/json/internal/json_scanner.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/base/text/utf8.hpp"

namespace supply::json::internal {
namespace {

constexpr std::size_t kPlainDigits = 18;  // any number of so many fits 64 bits

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What ends a run of characters that stand for themselves: the quote, an escape, and the controls, which are refused.
constexpr std::array<bool, 256> kEndsRun = [] {
  std::array<bool, 256> ends{};
  for (std::size_t c = 0; c < 0x20; ++c) ends[c] = true;
  ends['"'] = ends['\\'] = true;
  return ends;
}();

// Each function takes what it reads from the front; false: the text is not for the fast way.
class Scanner {
 public:
  Scanner(std::string_view text, const Limits& limits)
      : at_(text.data()), end_(text.data() + text.size()), limits_(limits) {}

  bool document(Value& into) {
    if (!value(into, 0)) return false;
    skip_space();
    return at_ == end_;
  }

 private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }

  bool take(char wanted) {
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }

  bool take(std::string_view word) {
    if (!std::string_view(at_, end_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool value(Value& into, std::size_t depth) {
    skip_space();
    if (at_ == end_) return false;
    switch (*at_) {
      case '{': return depth < limits_.depth && object(into, depth + 1);
      case '[': return depth < limits_.depth && array(into, depth + 1);
      case '"': {
        std::string text;
        if (!string(text)) return false;
        into = std::move(text);
        return true;
      }
      case 't': into = true; return take("true");
      case 'f': into = false; return take("false");
      case 'n': into = nullptr; return take("null");
      default: return number(into);
    }
  }

  bool object(Value& into, std::size_t depth) {
    into = Value::object();
    auto& members = into.get_ref<Value::object_t&>();
    ++at_;
    skip_space();
    if (take('}')) return true;
    do {
      skip_space();
      std::string name;
      if (!string(name)) return false;
      skip_space();
      if (!take(':')) return false;
      const auto [place, is_new] = members.try_emplace(std::move(name));
      if (!is_new && limits_.duplicate_keys == DuplicateKeys::refused) return false;
      if (!value(place->second, depth)) return false;
      skip_space();
    } while (take(','));
    return take('}');
  }

  bool array(Value& into, std::size_t depth) {
    into = Value::array();
    auto& elements = into.get_ref<Value::array_t&>();
    ++at_;
    skip_space();
    if (take(']')) return true;
    do {
      if (!value(elements.emplace_back(), depth)) return false;
      skip_space();
    } while (take(','));
    return take(']');
  }

  bool string(std::string& text) {
    if (!take('"')) return false;
    bool is_ascii = true;
    for (;;) {
      const char* const begin = at_;
      unsigned char bits = 0;
      for (; at_ != end_ && !kEndsRun[static_cast<unsigned char>(*at_)]; ++at_)
        bits |= static_cast<unsigned char>(*at_);
      text.append(begin, at_);
      is_ascii = is_ascii && bits < 0x80;
      if (take('"')) return is_ascii || is_utf8(text);
      if (!take('\\') || !escape(text)) return false;
    }
  }

  bool escape(std::string& text) {
    if (at_ == end_) return false;
    switch (*at_++) {
      case '"': text += '"'; return true;
      case '\\': text += '\\'; return true;
      case '/': text += '/'; return true;
      case 'b': text += '\b'; return true;
      case 'f': text += '\f'; return true;
      case 'n': text += '\n'; return true;
      case 'r': text += '\r'; return true;
      case 't': text += '\t'; return true;
      case 'u': return code_point(text);
      default: return false;
    }
  }

  // A surrogate counts only as the half of a pair.
  bool code_point(std::string& text) {
    std::uint32_t point = 0;
    if (!four_digits(point)) return false;
    if (point >= 0xd800 && point < 0xdc00) {
      std::uint32_t low = 0;
      if (!take("\\u") || !four_digits(low) || low < 0xdc00 || low > 0xdfff) return false;
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    } else if (point >= 0xdc00 && point <= 0xdfff) {
      return false;
    }
    append_utf8(text, point);
    return true;
  }

  bool four_digits(std::uint32_t& number) {
    if (end_ - at_ < 4) return false;
    const auto [after, error] = std::from_chars(at_, at_ + 4, number, 16);  // takes neither a sign nor 0x
    if (error != std::errc() || after != at_ + 4) return false;
    at_ += 4;
    return true;
  }

  bool number(Value& into) {
    const char* const begin = at_;
    const bool negative = take('-');
    const char* const digits = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    const auto count = static_cast<std::size_t>(at_ - digits);
    if (count == 0 || count > kPlainDigits || (count > 1 && *digits == '0')) return false;
    if (at_ != end_ && (*at_ == '.' || *at_ == 'e' || *at_ == 'E')) return fraction(begin, into);
    std::int64_t whole = 0;
    for (const char* digit = digits; digit != at_; ++digit) whole = whole * 10 + (*digit - '0');
    if (negative) into = -whole;
    else into = static_cast<std::uint64_t>(whole);
    return true;
  }

  // The whole part was read.
  bool fraction(const char* begin, Value& into) {
    if (take('.') && !skip_digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!skip_digits()) return false;
    }
    double read = 0;
    const auto [after, error] = std::from_chars(begin, at_, read);
    if (error != std::errc() || after != at_ || !std::isfinite(read)) return false;
    into = read;
    return true;
  }

  bool skip_digits() {
    const char* const begin = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != begin;
  }

  const char* at_;
  const char* const end_;
  const Limits& limits_;
};

}  // namespace

std::optional<Value> scan(std::string_view text, const Limits& limits) {
  std::optional<Value> read(std::in_place);
  if (!Scanner(text, limits).document(*read)) return std::nullopt;
  return read;
}

}  // namespace supply::json::internal
