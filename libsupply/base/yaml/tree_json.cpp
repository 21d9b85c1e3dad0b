// JSON with positions. Source: RFC 8259.
#include <fmt/format.h>

#include <unordered_set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/base/yaml/internal/tree_limit.hpp"
#include "libsupply/base/yaml/node.hpp"

namespace supply::yaml {

namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    out += static_cast<char>(0x80U | ((code >> 12U) & 0x3FU));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

class Reader {
 public:
  Reader(std::string_view text, std::uint32_t file, const TreeLimits& limits)
      : text_(text), file_(file), budget_(limits) {}

  Result<Node> document() {
    SUPPLY_TRY(Node node, value(0));
    skip_space();
    if (at_ < text_.size()) return fail("more follows the JSON value");
    return node;
  }

 private:
  Error fail(const std::string& what) const { return at_position(here_, "not JSON: " + what); }
  bool ends() const { return at_ >= text_.size(); }
  char peek() const { return ends() ? '\0' : text_[at_]; }

  void step() {
    if (text_[at_] == '\n' || (text_[at_] == '\r' && (at_ + 1 >= text_.size() || text_[at_ + 1] != '\n'))) {
      ++here_.line;
      here_.column = 1;
    } else if ((static_cast<unsigned char>(text_[at_]) & 0xC0U) != 0x80U) {
      ++here_.column;
    }
    ++at_;
  }

  void skip_space() {
    while (!ends() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) step();
  }

  Result<std::uint32_t> hex4() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = peek();
      std::uint32_t digit = 0;
      if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
      else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') digit = static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
      else return fail("a wrong \\u escape");
      code = code * 16 + digit;
      step();
    }
    return code;
  }

  Status escape(std::string& out) {
    step();
    const char c = peek();
    static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (const std::size_t found = kFrom.find(c); !ends() && found != std::string_view::npos) {
      out += kTo[found];
      step();
      return {};
    }
    if (c != 'u') return fail("a wrong escape");
    step();
    SUPPLY_TRY(std::uint32_t code, hex4());
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      step();
      step();
      SUPPLY_TRY(const std::uint32_t low, hex4());
      if (low < 0xDC00 || low > 0xDFFF) return fail("half of a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
    } else if (code >= 0xD800 && code < 0xE000) {
      return fail("half of a surrogate pair");
    }
    append_utf8(out, code);
    return {};
  }

  Result<std::string> string() {
    std::string out;
    step();
    for (;;) {
      if (ends()) return fail("a string is not closed");
      const char c = peek();
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) return fail("a control character in a string");
      if (c == '\\') {
        SUPPLY_TRY(escape(out));
      } else {
        out += c;
        step();
      }
    }
    step();
    return out;
  }

  Result<Node> value(std::size_t depth) {
    skip_space();
    Node node;
    node.file = file_;
    node.begin = here_;
    const std::size_t from = at_;
    if (peek() == '{' || peek() == '[') {
      SUPPLY_TRY(budget_.spend(here_, 0, depth + 1));
      if (peek() == '{') SUPPLY_TRY(object(node, depth + 1));
      else SUPPLY_TRY(array(node, depth + 1));
    } else if (peek() == '"') {
      SUPPLY_TRY(node.text, string());
      node.kind = Node::Kind::string;
    } else {
      SUPPLY_TRY(word(node));
    }
    if (node.is_scalar()) SUPPLY_TRY(budget_.spend(node.begin, at_ - from, depth));
    node.end = here_;
    return node;
  }

  Status word(Node& node) {
    const std::size_t from = at_;
    while (!ends() && (peek() == '-' || peek() == '+' || peek() == '.' || (peek() >= '0' && peek() <= '9') ||
                       (peek() >= 'a' && peek() <= 'z') || peek() == 'E'))
      step();
    node.text = std::string(text_.substr(from, at_ - from));
    node.plain = true;
    resolve_plain(node, Schema::compose);
    const char first = node.text.empty() ? '\0' : node.text.front();
    const bool number = first == '-' || (first >= '0' && first <= '9');
    const bool leading_zero = node.text.size() > 1 && first == '0' && node.text[1] >= '0' && node.text[1] <= '9';
    if (node.text == "null" || node.text == "true" || node.text == "false") return {};
    if (number && !leading_zero && node.kind != Node::Kind::string &&
        node.text.find_first_of("xob_") == std::string::npos)
      return {};
    return at_position(node.begin, "not JSON: a value is expected");
  }

  Status array(Node& node, std::size_t depth) {
    node.kind = Node::Kind::sequence;
    step();
    skip_space();
    if (peek() == ']') {
      step();
      return {};
    }
    for (;;) {
      SUPPLY_TRY(Node item, value(depth));
      node.items.push_back(std::move(item));
      skip_space();
      const char c = peek();
      if (c != ',' && c != ']') return fail("\",\" or \"]\" is expected");
      step();
      if (c == ']') return {};
    }
  }

  Status object(Node& node, std::size_t depth) {
    node.kind = Node::Kind::mapping;
    std::unordered_set<std::string> keys;
    step();
    skip_space();
    if (peek() == '}') {
      step();
      return {};
    }
    for (;;) {
      skip_space();
      Member member;
      member.begin = here_;
      member.file = file_;
      if (peek() != '"') return fail("a key is expected");
      SUPPLY_TRY(member.key, string());
      SUPPLY_TRY(budget_.spend(member.begin, member.key.size(), depth));
      if (!keys.insert(member.key).second) return at_position(member.begin, "duplicate key " + quote(member.key));
      skip_space();
      if (peek() != ':') return fail("\":\" is expected");
      step();
      SUPPLY_TRY(member.value, value(depth));
      node.members.push_back(std::move(member));
      skip_space();
      const char c = peek();
      if (c != ',' && c != '}') return fail("\",\" or \"}\" is expected");
      step();
      if (c == '}') return {};
    }
  }

  std::string_view text_;
  std::uint32_t file_;
  TreeBudget budget_;
  std::size_t at_ = 0;
  Position here_{1, 1};
};

}  // namespace

Result<Node> read_json(std::string_view text, std::uint32_t file, const TreeLimits& limits) {
  if (text.size() > limits.bytes)
    return Error(ErrorCode::limit_exceeded, fmt::format("{} bytes, more than {}", text.size(), limits.bytes));
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (!is_utf8(text)) return Error(ErrorCode::malformed, "not UTF-8");
  return Reader(text, file, limits).document();
}

}  // namespace supply::yaml
