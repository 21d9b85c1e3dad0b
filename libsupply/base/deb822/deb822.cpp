#include "libsupply/base/deb822/deb822.hpp"

#include <algorithm>
#include <cstdint>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::deb822 {
namespace {

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return to_lower(x) == to_lower(y); });
}

Error at_line(std::size_t line, const std::string& what) {
  return Error(ErrorCode::malformed, "line " + std::to_string(line) + ": " + what);
}

using Field = std::pair<std::string_view, std::string_view>;

class Parser {
 public:
  Parser(Strictness strictness, const std::function<Status(const Stanza&)>& call)
      : strictness_(strictness), call_(call) {}

  Status read(std::string_view text) {
    while (!text.empty()) {
      ++number_;
      const std::size_t newline = text.find('\n');
      const std::string_view line = text.substr(0, newline);
      text = newline == std::string_view::npos ? std::string_view() : text.substr(newline + 1);
      if (line.empty() || (strictness_ != Strictness::dpkg && is_empty(line))) {
        SUPPLY_TRY(finish());
      } else {
        if (strictness_ == Strictness::dpkg) SUPPLY_TRY(check_whole(line, newline != std::string_view::npos));
        SUPPLY_TRY(take(line, text.empty()));
      }
    }
    return finish();
  }

 private:
  bool tolerant() const { return strictness_ == Strictness::tolerant; }

  // dpkg goes by isspace() of the C locale. A form feed is text in what people write.
  bool is_blank(char c) const {
    return c == ' ' || c == '\t' || c == '\r' || (!tolerant() && (c == '\v' || c == '\f'));
  }

  bool is_empty(std::string_view line) const {
    return std::all_of(line.begin(), line.end(), [&](char c) { return is_blank(c); });
  }

  Status check_whole(std::string_view line, bool ended) const {
    // Within a stanza a line of blanks is part of a value: what follows it is no new stanza.
    if (is_empty(line) && stanza_.fields.empty()) return at_line(number_, "a line of blanks");
    if (!ended) return at_line(number_, "the last line has no end: the file was cut");
    if (line.find('\x1a') != std::string_view::npos) return at_line(number_, "a byte that ends files of MS-DOS");
    return {};
  }

  Status take(std::string_view line, bool last) {
    if (is_blank(line[0])) {
      if (!stanza_.fields.empty()) {
        std::string_view& value = stanza_.fields.back().second;
        value = std::string_view(value.data(), static_cast<std::size_t>(line.data() + line.size() - value.data()));
      } else if (!tolerant()) {
        return at_line(number_, "continuation of nothing");
      }
      return {};
    }
    if (tolerant()) {
      const std::size_t colon = line.find(':');
      if (line[0] != '#' && colon != std::string_view::npos) add({trim(line.substr(0, colon)), line.substr(colon + 1)});
      return {};
    }
    SUPPLY_TRY(const Field field, field_in(line));
    if (strictness_ == Strictness::dpkg && last && is_empty(field.second))
      return at_line(number_, "field " + quote(field.first) + " without a value at the end: the file was cut");
    if (strictness_ == Strictness::dpkg && field.first.size() < 2)
      return at_line(number_, "bad field name " + quote(field.first));
    add(field);
    return {};
  }

  // "Name: value"; blanks may precede the colon.
  Result<Field> field_in(std::string_view line) const {
    std::size_t end = 0;
    while (end < line.size() && line[end] != ':' && !is_blank(line[end])) ++end;
    const std::string_view name = line.substr(0, end);
    std::size_t colon = end;
    while (colon < line.size() && is_blank(line[colon])) ++colon;
    if (line.find(':') == std::string_view::npos || name.empty())
      return at_line(number_, "no field name in " + quote(line));
    if (line[colon] != ':') return at_line(number_, "bad field name " + quote(line.substr(0, line.find(':'))));
    if (name[0] == '-') return at_line(number_, "bad field name " + quote(name));
    return Field(name, line.substr(colon + 1));
  }

  void add(Field field) {
    if (stanza_.fields.empty()) stanza_.line = number_;
    stanza_.fields.push_back(field);
  }

  Status finish() {
    if (stanza_.fields.empty()) return {};
    if (!tolerant()) SUPPLY_TRY(check_no_duplicate());
    SUPPLY_TRY(call_(stanza_));
    stanza_.fields.clear();
    return {};
  }

  // Most names differ in what is cheap to compare.
  static std::uint32_t key_of(std::string_view name) {
    return static_cast<std::uint32_t>(name.size()) << 16 | static_cast<unsigned char>(to_lower(name.front())) << 8 |
           static_cast<unsigned char>(to_lower(name.back()));
  }

  Status check_no_duplicate() {
    keys_.clear();
    for (const auto& [name, value] : stanza_.fields) keys_.push_back(key_of(name));
    std::sort(keys_.begin(), keys_.end());
    if (std::adjacent_find(keys_.begin(), keys_.end()) == keys_.end()) return {};
    std::vector<std::string> names;
    for (const auto& [name, value] : stanza_.fields) names.push_back(to_lower(name));
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) return at_line(stanza_.line, "field " + quote(*twice) + " twice in one stanza");
    return {};
  }

  Strictness strictness_;
  const std::function<Status(const Stanza&)>& call_;
  Stanza stanza_;
  std::vector<std::uint32_t> keys_;  // of check_no_duplicate, kept for the next stanza
  std::size_t number_ = 0;
};

}  // namespace

std::optional<std::string_view> Stanza::find(std::string_view name) const {
  for (const auto& [field, value] : fields)
    if (equal_without_case(field, name)) return trim(value);
  return std::nullopt;
}

Status for_each_stanza(std::string_view text, Strictness strictness, const std::function<Status(const Stanza&)>& call) {
  return Parser(strictness, call).read(text);
}

}  // namespace supply::deb822
