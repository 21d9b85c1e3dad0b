#include "libsupply/base/toml/toml.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "libsupply/base/toml/internal/node.hpp"

namespace supply::toml {

using Value = nlohmann::json;

struct Document::Impl {
  Value root;
  std::unique_ptr<Node> nodes;  // without their texts
};

namespace {

Value take(Node& node) {
  switch (node.kind) {
    case Node::Kind::integer: return node.integer;
    case Node::Kind::real: return node.real;
    case Node::Kind::boolean: return node.boolean;
    case Node::Kind::array: {
      Value out = Value::array();
      for (const auto& element : node.elements) out.push_back(take(*element));
      return out;
    }
    case Node::Kind::table: {
      Value out = Value::object();
      for (const auto& [name, member] : node.members) out.emplace(name, take(*member));
      return out;
    }
    default: return std::exchange(node.text, std::string());
  }
}

std::string step_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view pair = text.substr(i, 2);
    out += pair == "~1" ? '/' : pair == "~0" ? '~' : text[i];
    if (pair == "~1" || pair == "~0") ++i;
  }
  return out;
}

const Node* child_of(const Node& node, const std::string& step) {
  if (node.kind == Node::Kind::table) {
    const auto member = node.members.find(step);
    return member == node.members.end() ? nullptr : member->second.get();
  }
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (error != std::errc() || end != step.data() + step.size() || index >= node.elements.size()) return nullptr;
  return node.elements[index].get();
}

}  // namespace

Document::Document(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text, const ParseLimits& limits) {
  auto impl = std::make_unique<Impl>();
  SUPPLY_TRY(impl->nodes, read_nodes(text, limits));
  impl->root = take(*impl->nodes);
  return Document(std::move(impl));
}

const Value& Document::root() const { return impl_->root; }

TextSpan Document::place_of(std::string_view pointer) const {
  const Node* at = impl_->nodes.get();
  while (pointer.starts_with('/')) {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    const Node* next = child_of(*at, step_of(pointer.substr(1, end - 1)));
    if (next == nullptr) break;
    at = next;
    pointer.remove_prefix(end);
  }
  return at->place;
}

}  // namespace supply::toml
