#include "libsupply/base/toml/internal/node.hpp"

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/toml/internal/scalar.hpp"

namespace supply::toml {
namespace {

using Key = std::vector<std::string>;

class Reader {
 public:
  Reader(std::string_view text, const ParseLimits& limits) : cursor_{text}, limits_(limits) {}

  Result<std::unique_ptr<Node>> read() {
    auto root = std::make_unique<Node>();
    root->origin = Node::Origin::header;
    table_ = root_ = root.get();
    if (cursor_.starts_with("\xef\xbb\xbf")) cursor_.at += 3;
    while (!cursor_.ends()) {
      cursor_.skip_blanks();
      if (cursor_.peek() == '[') SUPPLY_TRY(header());
      else if (cursor_.peek() != '#' && cursor_.line_end() == 0 && !cursor_.ends())
        SUPPLY_TRY(key_and_value(*table_, table_depth_));
      SUPPLY_TRY(end_of_line());
    }
    end_sections(0, cursor_.at);
    root->place = {1, 0, cursor_.at};
    return root;
  }

 private:
  // A new value at a depth below the root.
  Result<std::unique_ptr<Node>> make(std::size_t depth, std::size_t begin) {
    if (depth > limits_.depth)
      return Error(ErrorCode::limit_exceeded,
                   "TOML is nested deeper than " + std::to_string(limits_.depth) + " levels");
    if (++values_ > limits_.values)
      return Error(ErrorCode::limit_exceeded, "TOML has more than " + std::to_string(limits_.values) + " values");
    auto node = std::make_unique<Node>();
    node->place = {line_of(begin), begin, begin};
    return node;
  }

  // Asked for places that never go back.
  std::size_t line_of(std::size_t at) {
    for (; counted_ < at; ++counted_) line_ += cursor_.text[counted_] == '\n' ? 1 : 0;
    return line_;
  }

  Status comment() {
    if (cursor_.peek() != '#') return {};
    for (; !cursor_.ends() && cursor_.line_end() == 0; ++cursor_.at)
      if (is_forbidden(cursor_.peek())) return cursor_.fail("a control character in a comment");
    return {};
  }

  Status end_of_line() {
    cursor_.skip_blanks();
    SUPPLY_TRY(comment());
    if (cursor_.ends()) return {};
    const std::size_t length = cursor_.line_end();
    if (length == 0) return cursor_.fail("something behind the end of what the line says");
    cursor_.at += length;
    return {};
  }

  // White space, comments and line ends, as they may be in arrays.
  Status skip_between_elements() {
    for (;;) {
      cursor_.skip_blanks();
      SUPPLY_TRY(comment());
      const std::size_t length = cursor_.line_end();
      if (length == 0) return {};
      cursor_.at += length;
    }
  }

  Result<Key> key() {
    Key parts;
    for (;;) {
      cursor_.skip_blanks();
      if (parts.size() == limits_.depth)
        return Error(ErrorCode::limit_exceeded,
                     "TOML has a key of more than " + std::to_string(limits_.depth) + " parts");
      if (cursor_.peek() == '"' || cursor_.peek() == '\'') {
        SUPPLY_TRY(std::string part, read_single_line_string(cursor_));
        parts.push_back(std::move(part));
      } else {
        const std::size_t begin = cursor_.at;
        const auto bare = [](char c) { return is_alnum(c) || c == '_' || c == '-'; };
        while (!cursor_.ends() && bare(cursor_.text[cursor_.at])) ++cursor_.at;
        if (cursor_.at == begin) return cursor_.fail("a key is missing");
        parts.emplace_back(cursor_.text.substr(begin, cursor_.at - begin));
      }
      cursor_.skip_blanks();
      if (cursor_.peek() != '.') return parts;
      ++cursor_.at;
    }
  }

  Status header() {
    const std::size_t begin = cursor_.at;
    const bool is_array = cursor_.starts_with("[[");
    const std::string_view close = is_array ? "]]" : "]";
    cursor_.at += close.size();
    SUPPLY_TRY(const Key parts, key());
    if (!cursor_.starts_with(close)) return cursor_.fail("the header of a table does not end");
    cursor_.at += close.size();
    ++section_;
    std::vector<Node*> way;
    Node* at = root_;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      SUPPLY_TRY(at, step_towards_header(*at, parts[i], begin, way));
    }
    SUPPLY_TRY(table_,
               is_array ? add_element(*at, parts.back(), begin, way) : open_table(*at, parts.back(), begin, way));
    table_depth_ = way.size();
    const auto common = std::mismatch(open_.begin(), open_.end(), way.begin(), way.end());
    end_sections(static_cast<std::size_t>(common.first - open_.begin()), begin);
    open_ = std::move(way);
    return {};
  }

  // What is open from that depth on ends where the next header begins.
  void end_sections(std::size_t depth, std::size_t end) {
    for (std::size_t i = depth; i < open_.size(); ++i) open_[i]->place.end = end;
  }

  Error twice(std::string_view name) const {
    return cursor_.fail("a key or table that is there already, and may not be added to: " + quote(name));
  }

  Result<Node*> step_towards_header(Node& table, const std::string& name, std::size_t begin, std::vector<Node*>& way) {
    auto& child = table.members[name];
    if (child == nullptr) {
      SUPPLY_TRY(child, make(way.size() + 1, begin));
      child->origin = Node::Origin::path;
    }
    way.push_back(child.get());
    if (child->origin != Node::Origin::value && child->kind == Node::Kind::table) return child.get();
    if (child->origin != Node::Origin::header) return twice(name);
    way.push_back(child->elements.back().get());
    return way.back();
  }

  Result<Node*> open_table(Node& above, const std::string& name, std::size_t begin, std::vector<Node*>& way) {
    auto& child = above.members[name];
    if (child == nullptr) {
      SUPPLY_TRY(child, make(way.size() + 1, begin));
    } else {
      if (child->kind != Node::Kind::table || child->origin != Node::Origin::path) return twice(name);
      child->place = {line_of(begin), begin, begin};
    }
    child->origin = Node::Origin::header;
    way.push_back(child.get());
    return child.get();
  }

  Result<Node*> add_element(Node& above, const std::string& name, std::size_t begin, std::vector<Node*>& way) {
    auto& child = above.members[name];
    if (child == nullptr) {
      SUPPLY_TRY(child, make(way.size() + 1, begin));
      child->kind = Node::Kind::array;
      child->origin = Node::Origin::header;
    } else if (child->kind != Node::Kind::array || child->origin != Node::Origin::header) {
      return twice(name);
    }
    way.push_back(child.get());
    SUPPLY_TRY(auto element, make(way.size() + 1, begin));
    element->origin = Node::Origin::header;
    child->elements.push_back(std::move(element));
    way.push_back(child->elements.back().get());
    return way.back();
  }

  Status key_and_value(Node& above, std::size_t depth) {
    const std::size_t begin = cursor_.at;
    SUPPLY_TRY(const Key parts, key());
    if (cursor_.peek() != '=') return cursor_.fail("'=' is missing behind a key");
    ++cursor_.at;
    Node* table = &above;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      SUPPLY_TRY(table, step_towards_key(*table, parts[i], begin, depth + i + 1));
    }
    auto& place = table->members[parts.back()];
    if (place != nullptr) return twice(parts.back());
    SUPPLY_TRY(place, make(depth + parts.size(), begin));
    Node& made = *place;
    cursor_.skip_blanks();
    SUPPLY_TRY(value(made, depth + parts.size()));
    made.place.end = cursor_.at;
    return {};
  }

  Result<Node*> step_towards_key(Node& table, const std::string& name, std::size_t begin, std::size_t depth) {
    auto& child = table.members[name];
    if (child == nullptr) {
      SUPPLY_TRY(child, make(depth, begin));
      child->origin = Node::Origin::path;
    }
    const bool open =
        child->origin == Node::Origin::path || (child->origin == Node::Origin::dotted && child->section == section_);
    if (child->kind != Node::Kind::table || !open) return twice(name);
    child->origin = Node::Origin::dotted;
    child->section = section_;
    return child.get();
  }

  Status value(Node& node, std::size_t depth) {
    const char c = cursor_.peek();
    if (c == '[') return array(node, depth);
    if (c == '{') return inline_table(node, depth);
    if (c != '"' && c != '\'') return read_plain(cursor_, node);
    node.kind = Node::Kind::string;
    SUPPLY_TRY(node.text, read_string(cursor_));
    return {};
  }

  Status array(Node& node, std::size_t depth) {
    node.kind = Node::Kind::array;
    ++cursor_.at;
    for (;;) {
      SUPPLY_TRY(skip_between_elements());
      if (cursor_.peek() == ']') break;
      SUPPLY_TRY(auto element, make(depth + 1, cursor_.at));
      SUPPLY_TRY(value(*element, depth + 1));
      element->place.end = cursor_.at;
      node.elements.push_back(std::move(element));
      SUPPLY_TRY(skip_between_elements());
      if (cursor_.peek() == ']') break;
      if (cursor_.peek() != ',') return cursor_.fail("an array goes on without ',' or ']'");
      ++cursor_.at;
    }
    ++cursor_.at;
    return {};
  }

  Status inline_table(Node& node, std::size_t depth) {
    ++cursor_.at;
    cursor_.skip_blanks();
    if (cursor_.peek() == '}') {
      ++cursor_.at;
      return {};
    }
    for (;;) {
      cursor_.skip_blanks();
      SUPPLY_TRY(key_and_value(node, depth));
      cursor_.skip_blanks();
      const char c = cursor_.peek();
      if (c != '}' && c != ',') return cursor_.fail("an inline table goes on without ',' or '}'");
      ++cursor_.at;
      if (c == '}') return {};
    }
  }

  Cursor cursor_;
  const ParseLimits limits_;
  std::size_t values_ = 0, counted_ = 0, line_ = 1, table_depth_ = 0;
  std::uint32_t section_ = 0;
  Node* root_ = nullptr;
  Node* table_ = nullptr;
  std::vector<Node*> open_;  // from below the root to the table that the last header opened
};

}  // namespace

Result<std::unique_ptr<Node>> read_nodes(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.bytes)
    return Error(ErrorCode::limit_exceeded,
                 "TOML has " + std::to_string(text.size()) + " bytes, more than " + std::to_string(limits.bytes));
  if (!is_utf8(text)) return Error(ErrorCode::malformed, "TOML is not UTF-8");
  return Reader(text, limits).read();
}

}  // namespace supply::toml
