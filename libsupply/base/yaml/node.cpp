#include "libsupply/base/yaml/node.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace supply::yaml {

namespace {

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Source: go-yaml v2 and v3, resolve.go, resolveMapList.
constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> kTrue{"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> kFalse{"false", "False", "FALSE"};
constexpr std::array<std::string_view, 8> kTrue11{"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"};
constexpr std::array<std::string_view, 8> kFalse11{"n", "N", "no", "No", "NO", "off", "Off", "OFF"};

// Go's strconv.ParseInt(text, 0, 64) of a text without underscores.
std::optional<std::int64_t> go_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char letter = static_cast<char>(text[1] | 0x20);
    base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
    text.remove_prefix(letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1);
  }
  if (text.empty() || text.front() == '-' || text.front() == '+') return std::nullopt;
  std::uint64_t number = 0;
  const auto [at, failed] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (failed != std::errc() || at != text.data() + text.size()) return std::nullopt;
  const std::uint64_t most = std::uint64_t{1} << 63;
  if (number > most || (number == most && !negative)) return std::nullopt;
  return negative ? static_cast<std::int64_t>(~number + 1) : static_cast<std::int64_t>(number);
}

// go-yaml's yamlStyleFloat: ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool is_float(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  } else {
    if (digits() == 0) return false;
    if (at < text.size() && text[at] == '.') {
      ++at;
      digits();
    }
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

}  // namespace

const Member* Node::member(std::string_view key) const {
  for (const Member& each : members)
    if (each.key == key) return &each;
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const Member* found = member(key);
  return found == nullptr ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) {
  for (Member& each : members)
    if (each.key == key) return &each.value;
  return nullptr;
}

std::optional<std::int64_t> Node::whole() const {
  if (kind == Kind::integer) return number;
  if (kind != Kind::real) return std::nullopt;
  double value = 0;
  const std::string_view digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
  const auto [at, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failed != std::errc() || at != digits.data() + digits.size() || std::floor(value) != value ||
      std::fabs(value) > 9e15)
    return std::nullopt;
  return static_cast<std::int64_t>(value);
}

void resolve_plain(Node& node, Schema schema) {
  const std::string& text = node.text;
  node.flag = false;
  node.number = 0;
  if (is_one_of(text, kNull)) {
    node.kind = Node::Kind::null;
    return;
  }
  if (is_one_of(text, kTrue) || (schema == Schema::kubernetes && is_one_of(text, kTrue11))) {
    node.kind = Node::Kind::boolean;
    node.flag = true;
    return;
  }
  if (is_one_of(text, kFalse) || (schema == Schema::kubernetes && is_one_of(text, kFalse11))) {
    node.kind = Node::Kind::boolean;
    return;
  }
  node.kind = Node::Kind::string;
  if (text.size() > 400 || text.find_first_of("0123456789") == std::string::npos) return;
  const char first = text.front();
  if (first != '-' && first != '+' && first != '.' && (first < '0' || first > '9')) return;
  std::string plain = text;
  plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
  if (const auto whole = go_integer(plain)) {
    node.kind = Node::Kind::integer;
    node.number = *whole;
  } else if (is_float(plain)) {
    node.kind = Node::Kind::real;
  }
}

std::size_t offset_of(std::string_view text, Position position) {
  std::size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  for (std::uint32_t line = 1; line < position.line && at < text.size();) {
    // Line breaks as libyaml counts them: LF, CR, CR LF, NEL, LS, PS.
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') at += 2, ++line;
    else if (text[at] == '\n' || text[at] == '\r') ++at, ++line;
    else if (text.substr(at, 2) == "\xc2\x85") at += 2, ++line;
    else if (text.substr(at, 3) == "\xe2\x80\xa8" || text.substr(at, 3) == "\xe2\x80\xa9") at += 3, ++line;
    else ++at;
  }
  for (std::uint32_t column = 1; column < position.column && at < text.size(); ++column) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

}  // namespace supply::yaml
