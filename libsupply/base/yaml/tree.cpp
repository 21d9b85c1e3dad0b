// libyaml's events into nodes: first what is written, then with aliases and merge keys expanded.
#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <map>
#include <unordered_set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/base/yaml/internal/event_parser.hpp"
#include "libsupply/base/yaml/internal/tree_limit.hpp"
#include "libsupply/base/yaml/node.hpp"

namespace supply::yaml {

namespace {

Position position_of(const yaml_mark_t& mark) {
  return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

/// What is written, by number: an alias is the number of what it names, which is complete and before it.
struct Written {
  Node node;                       // without items and members
  std::vector<std::size_t> parts;  // of a sequence its items, of a mapping keys and values in turn
  std::optional<std::size_t> alias;
};

class Composer {
 public:
  Composer(std::string_view text, Schema schema, std::uint32_t file, const TreeLimits& limits)
      : parser_(text), schema_(schema), file_(file), limits_(limits), written_budget_(limits), budget_(limits) {}

  Result<std::vector<Node>> documents() {
    std::vector<Node> found;
    for (std::size_t count = 0;;) {
      ParserEvent next;
      SUPPLY_TRY(parser_.next(next));
      const yaml_event_t& event = *next;
      if (event.type == YAML_STREAM_END_EVENT) return found;
      if (event.type == YAML_DOCUMENT_START_EVENT) {
        if (++count > limits_.documents)
          return at_position(position_of(event.start_mark), fmt::format("more than {} documents", limits_.documents),
                             ErrorCode::limit_exceeded);
        written_.clear();
        anchors_.clear();
      } else if (event.type == YAML_DOCUMENT_END_EVENT) {
        if (written_.empty()) continue;
        SUPPLY_TRY(Node root, expand(0, 0));
        if (!root.is_null()) found.push_back(std::move(root));
      } else {
        SUPPLY_TRY(take(event));
      }
    }
  }

 private:
  // The number of what the event begins, put into what is open.
  Result<std::size_t> add(Written one) {
    SUPPLY_TRY(written_budget_.spend(one.node.begin, one.node.text.size(), open_.size()));
    const std::size_t number = written_.size();
    if (!open_.empty()) written_[open_.back()].parts.push_back(number);
    written_.push_back(std::move(one));
    return number;
  }

  Status take(const yaml_event_t& event) {
    Written one;
    one.node.file = file_;
    one.node.begin = position_of(event.start_mark);
    one.node.end = position_of(event.end_mark);
    const yaml_char_t* anchor = nullptr;
    switch (event.type) {
      case YAML_ALIAS_EVENT: {
        const std::string name = text_of(event.data.alias.anchor);
        const auto found = anchors_.find(name);
        if (found == anchors_.end()) return at_position(one.node.begin, "unknown anchor " + quote(name));
        if (is_open(found->second)) return at_position(one.node.begin, "anchor " + quote(name) + " contains itself");
        one.alias = found->second;
        SUPPLY_TRY(add(std::move(one)));
        return {};
      }
      case YAML_SCALAR_EVENT:
        one.node.text.assign(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
        if (one.node.text.find('\0') != std::string::npos) return at_position(one.node.begin, "a NUL in a text");
        one.node.plain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        SUPPLY_TRY(resolve(one.node, text_of(event.data.scalar.tag)));
        anchor = event.data.scalar.anchor;
        break;
      case YAML_SEQUENCE_START_EVENT:
        one.node.kind = Node::Kind::sequence;
        local_tag(one.node, text_of(event.data.sequence_start.tag));
        anchor = event.data.sequence_start.anchor;
        break;
      case YAML_MAPPING_START_EVENT:
        one.node.kind = Node::Kind::mapping;
        local_tag(one.node, text_of(event.data.mapping_start.tag));
        anchor = event.data.mapping_start.anchor;
        break;
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        written_[open_.back()].node.end = one.node.end;
        open_.pop_back();
        return {};
      default: return {};  // the stream's start: nothing to keep
    }
    const bool opens = !one.node.is_scalar();
    const std::string name = text_of(anchor);
    SUPPLY_TRY(const std::size_t number, add(std::move(one)));
    if (anchor != nullptr) anchors_[name] = number;
    if (opens) open_.push_back(number);
    if (open_.size() > limits_.depth)
      return at_position(written_[number].node.begin, fmt::format("nested deeper than {} levels", limits_.depth),
                         ErrorCode::limit_exceeded);
    return {};
  }

  bool is_open(std::size_t number) const {
    for (const std::size_t each : open_)
      if (each == number) return true;
    return false;
  }

  static void local_tag(Node& node, const std::string& tag) {
    if (tag.starts_with("!") && tag != "!") node.tag = tag;
  }

  Status resolve(Node& node, const std::string& tag) const {
    static constexpr std::string_view kCore = "tag:yaml.org,2002:";
    local_tag(node, tag);
    node.kind = Node::Kind::string;
    if (tag.empty() || !node.tag.empty()) {
      if (node.plain) resolve_plain(node, schema_);
      return {};
    }
    if (!tag.starts_with(kCore)) return {};  // "!": a string
    const std::string_view type = std::string_view(tag).substr(kCore.size());
    if (type == "str" || type == "binary") {
      node.plain = false;
      return {};
    }
    if (type == "merge" && node.text == "<<") {
      node.plain = true;
      return {};
    }
    resolve_plain(node, type == "bool" ? Schema::kubernetes : schema_);
    const bool fits = (type == "bool" && node.kind == Node::Kind::boolean) ||
                      (type == "int" && node.kind == Node::Kind::integer) ||
                      (type == "float" && (node.kind == Node::Kind::real || node.kind == Node::Kind::integer)) ||
                      (type == "null" && node.is_null()) || type == "timestamp";
    if (!fits) return at_position(node.begin, "no value of the type " + quote(type));
    return {};
  }

  Result<Node> expand(std::size_t number, std::size_t depth) {
    while (written_[number].alias) number = *written_[number].alias;
    const Written& one = written_[number];
    SUPPLY_TRY(budget_.spend(one.node.begin, one.node.text.size(), depth));
    Node node = one.node;
    if (node.is_sequence()) {
      node.items.reserve(one.parts.size());
      for (const std::size_t part : one.parts) {
        SUPPLY_TRY(Node item, expand(part, depth + 1));
        node.items.push_back(std::move(item));
      }
    } else if (node.is_mapping()) {
      SUPPLY_TRY(expand_members(node, one.parts, depth + 1));
    }
    return node;
  }

  Status expand_members(Node& node, const std::vector<std::size_t>& parts, std::size_t depth) {
    std::unordered_set<std::string> keys;
    std::optional<std::size_t> merge;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
      std::size_t number = parts[i];
      while (written_[number].alias) number = *written_[number].alias;
      const Node& key = written_[number].node;
      const Position begin = written_[parts[i]].node.begin;
      if (!key.is_scalar()) return at_position(begin, "a key must be a text");
      SUPPLY_TRY(budget_.spend(begin, key.text.size(), depth));
      if (key.text == "<<" && key.plain) {
        if (merge) return at_position(begin, "duplicate key \"<<\"");
        merge = parts[i + 1];
        continue;
      }
      if (!keys.insert(key.text).second) return at_position(begin, "duplicate key " + quote(key.text));
      Member member{key.text, begin, file_, key.kind == Node::Kind::string, {}};
      SUPPLY_TRY(member.value, expand(parts[i + 1], depth));
      node.members.push_back(std::move(member));
    }
    if (!merge) return {};
    // What is written in the mapping itself is stronger, and of several the first. Source: yaml.org/type/merge.
    SUPPLY_TRY(Node source, expand(*merge, depth));
    std::vector<Node> sources;
    if (source.is_sequence()) sources = std::move(source.items);
    else sources.push_back(std::move(source));
    for (Node& each : sources) {
      if (!each.is_mapping()) return at_position(each.begin, "a merge key (<<) takes mappings");
      for (Member& member : each.members)
        if (keys.insert(member.key).second) node.members.push_back(std::move(member));
    }
    return {};
  }

  EventParser parser_;
  Schema schema_;
  std::uint32_t file_;
  const TreeLimits& limits_;
  TreeBudget written_budget_, budget_;
  std::deque<Written> written_;
  std::map<std::string, std::size_t> anchors_;
  std::vector<std::size_t> open_;
};

}  // namespace

Result<std::vector<Node>> read_documents(std::string_view text, Schema schema, std::uint32_t file,
                                         const TreeLimits& limits) {
  if (text.size() > limits.bytes)
    return Error(ErrorCode::limit_exceeded, fmt::format("{} bytes, more than {}", text.size(), limits.bytes));
  if (!is_utf8(text)) return Error(ErrorCode::malformed, "not UTF-8");
  if (text.find('\0') != std::string_view::npos) return Error(ErrorCode::malformed, "a NUL byte");
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::string_view begin = trim(text.substr(0, 4096));
  if (begin.starts_with('{') || begin.starts_with('[')) {
    Result<Node> json = read_json(text, file, limits);
    if (json) {
      std::vector<Node> one;
      one.push_back(*std::move(json));
      return one;
    }
    if (json.error().code() != ErrorCode::malformed) return std::move(json).error();
  }
  return Composer(text, schema, file, limits).documents();
}

}  // namespace supply::yaml
