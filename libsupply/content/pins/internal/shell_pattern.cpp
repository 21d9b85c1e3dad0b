#include "libsupply/content/pins/internal/shell_pattern.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <string>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::pins {
namespace {

// The length of the character at the front: a code point of UTF-8, or one byte of anything else.
std::size_t character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return length <= text.size() && is_utf8(text.substr(0, length)) ? length : 1;
}

// One for each character of the pattern, as regular expressions.
Result<std::vector<std::string>> parts_of(std::string_view pattern, Longest longest) {
  if (pattern.size() > kMaxShellPatternBytes)
    return Error(ErrorCode::limit_exceeded,
                 "a pattern of more than " + std::to_string(kMaxShellPatternBytes) + " bytes");
  std::vector<std::string> parts;
  while (!pattern.empty()) {
    if (pattern.front() == '*' || pattern.front() == '?') {
      parts.emplace_back(pattern.front() == '?' ? "." : longest == Longest::yes ? ".*" : ".*?");
      pattern.remove_prefix(1);
      continue;
    }
    if (pattern.front() == '\\') {
      pattern.remove_prefix(1);
      if (pattern.empty() || std::string_view("*?\\/}").find(pattern.front()) == std::string_view::npos)
        return Error(ErrorCode::malformed, "a pattern with an escape that does not exist");
    }
    const std::size_t length = character(pattern);
    parts.push_back(RE2::QuoteMeta(re2::StringPiece(pattern.data(), length)));
    pattern.remove_prefix(length);
  }
  return parts;
}

class Expression {
 public:
  Expression(const std::vector<std::string>& parts, std::string_view value) : re_(join(parts, ""), options(value)) {}

  bool ok() const { return re_.ok(); }
  std::optional<Matched> find(std::string_view value, std::size_t from, RE2::Anchor anchor) const {
    re2::StringPiece match;
    if (!re_.Match(re2::StringPiece(value.data(), value.size()), from, value.size(), anchor, &match, 1))
      return std::nullopt;
    const auto begin = static_cast<std::size_t>(match.data() - value.data());
    return Matched{begin, begin + match.size()};
  }

 private:
  static RE2::Options options(std::string_view value) {
    RE2::Options options(is_utf8(value) ? RE2::DefaultOptions : RE2::Latin1);
    options.set_log_errors(false);
    return options;
  }
  RE2 re_;
};

Error too_large() { return Error(ErrorCode::limit_exceeded, "a pattern that is too large"); }

Result<std::size_t> prefix(const std::vector<std::string>& parts, std::string_view value) {
  const Expression expression(parts, value);
  if (!expression.ok()) return too_large();
  const auto found = expression.find(value, 0, RE2::ANCHOR_START);
  return found ? found->end : 0;
}

}  // namespace

Result<std::size_t> matched_prefix(std::string_view pattern, std::string_view value, Longest longest) {
  SUPPLY_TRY(const std::vector<std::string> parts, parts_of(pattern, longest));
  return prefix(parts, value);
}

Result<std::size_t> matched_suffix(std::string_view pattern, std::string_view value, Longest longest) {
  // The shortest match at the end is the shortest at the front of what is turned round.
  SUPPLY_TRY(std::vector<std::string> parts, parts_of(pattern, longest));
  std::reverse(parts.begin(), parts.end());
  std::string turned(value.size(), '\0');
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t length = character(value.substr(at));
    value.copy(turned.data() + (value.size() - at - length), length, at);
    at += length;
  }
  return prefix(parts, turned);
}

Result<std::vector<Matched>> matched_places(std::string_view pattern, std::string_view value, Every every) {
  SUPPLY_TRY(const std::vector<std::string> parts, parts_of(pattern, Longest::yes));
  const Expression expression(parts, value);
  if (!expression.ok()) return too_large();
  std::vector<Matched> places;
  // As Go's Regexp.ReplaceAllString: no empty match right behind another one.
  for (std::size_t from = 0, last_end = 0; from <= value.size();) {
    const auto found = expression.find(value, from, RE2::UNANCHORED);
    if (!found) break;
    if (found->end > last_end || found->begin == 0) places.push_back(*found);
    if (every == Every::no) break;
    last_end = found->end;
    const std::size_t step = from < value.size() ? character(value.substr(from)) : 1;
    from = std::max(from + step, found->end);
  }
  return places;
}

}  // namespace supply::pins
