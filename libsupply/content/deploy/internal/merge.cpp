#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/deploy/internal/compose_value.hpp"

namespace supply::deploy {

using yaml::Member;
using yaml::Node;

namespace {

using Path = std::vector<std::string>;

Error wrong(const Node& node, const Path& path) {
  return Error(ErrorCode::malformed, "line " + std::to_string(node.begin.line) + ", column " +
                                         std::to_string(node.begin.column) + ": cannot override " + join(path, "."));
}

enum class Way { usual, replace, key_values, to_sequence, names, build, ulimit };

// Of the members of a service. Source: compose-go, override/merge.go, mergeSpecials.
Way way_of(const Path& path) {
  const bool workload = path.size() >= 3 && (path[0] == "services" || path[0] == "jobs");
  if (workload && path.size() == 3) {
    const std::string& name = path[2];
    if (name == "command" || name == "entrypoint") return Way::replace;
    if (name == "environment" || name == "labels" || name == "annotations" || name == "sysctls") return Way::key_values;
    if (name == "dns" || name == "dns_opt" || name == "dns_search" || name == "env_file" || name == "label_file" ||
        name == "tmpfs" || name == "extra_hosts")
      return Way::to_sequence;
    if (name == "networks" || name == "models" || name == "depends_on") return Way::names;
    if (name == "build") return Way::build;
  }
  if (workload && path.size() == 4) {
    if (path[2] == "healthcheck" && path[3] == "test") return Way::replace;
    if (path[2] == "build" && path[3] == "extra_hosts") return Way::to_sequence;
    if (path[2] == "build" && (path[3] == "args" || path[3] == "labels" || path[3] == "additional_contexts"))
      return Way::key_values;
    if (path[2] == "deploy" && path[3] == "labels") return Way::key_values;
    if (path[2] == "ulimits") return Way::ulimit;
  }
  if (path.size() == 3 && path[2] == "labels" &&
      (path[0] == "networks" || path[0] == "volumes" || path[0] == "secrets" || path[0] == "configs"))
    return Way::key_values;
  return Way::usual;
}

Result<Node> merge_members(Node base, Node over, const Path& path) {
  if (base.is_null()) return over;
  if (over.is_null()) return base;
  if (!base.is_mapping() || !over.is_mapping()) return wrong(over, path);
  for (Member& member : over.members) {
    Node* old = base.find(member.key);
    if (old == nullptr) {
      if (member.value.tag == "!reset") {
        SUPPLY_TRY(member.value, merge(Node{}, std::move(member.value), path));
      }
      base.members.push_back(std::move(member));
      continue;
    }
    Path next = path;
    next.push_back(member.key);
    SUPPLY_TRY(*old, merge(std::move(*old), std::move(member.value), next));
    // What is there is written where the override is.
    for (Member& each : base.members)
      if (each.key == member.key && (!each.value.is_mapping() || each.value.tag == "!override")) {
        each.begin = member.begin;
        each.file = member.file;
      }
  }
  return base;
}

Node as_sequence(Node node) {
  if (node.is_sequence()) return node;
  Node list = node;
  list.kind = Node::Kind::sequence;
  list.members.clear();
  list.items.clear();
  list.text.clear();
  if (node.is_mapping()) {
    for (Member& member : node.members) {
      Node item = member.value;
      if (!item.is_scalar()) continue;
      item.begin = member.begin;
      item.text = member.key + (item.is_null() ? "" : "=" + item.text);
      item.kind = Node::Kind::string;
      list.items.push_back(std::move(item));
    }
  } else if (!node.is_null()) {
    list.items.push_back(std::move(node));
  }
  return list;
}

// Names alone are as good as a mapping with nothing behind them.
Node with_names(Node node) {
  if (node.is_mapping() || node.is_null()) return node;
  Node mapping = node;
  mapping.kind = Node::Kind::mapping;
  mapping.items.clear();
  mapping.text.clear();
  if (node.is_scalar()) {
    Node item = node;
    node.items.assign(1, std::move(item));
  }
  for (Node& item : node.items) {
    Member member{item.text, item.begin, item.file, true, {}};
    member.value.file = item.file;
    member.value.begin = item.begin;
    mapping.members.push_back(std::move(member));
  }
  return mapping;
}

Node with_context(Node node) {
  if (!node.is_scalar() || node.is_null()) return node;
  Node mapping = node;
  mapping.kind = Node::Kind::mapping;
  mapping.text.clear();
  mapping.members.push_back(Member{"context", node.begin, node.file, true, node});
  return mapping;
}

void drop_reset_items(Node& list) {
  std::erase_if(list.items, [](const Node& item) { return item.tag == "!reset"; });
}

}  // namespace

Node as_mapping(Node node, char separator) {
  if (!node.is_sequence()) return node;
  Node mapping = node;
  mapping.kind = Node::Kind::mapping;
  mapping.items.clear();
  for (Node& item : node.items) {
    const std::size_t cut = item.text.find(separator);
    Member member{item.text.substr(0, cut), item.begin, item.file, true, item};
    if (cut == std::string::npos) {
      member.value.kind = Node::Kind::null;
      member.value.text.clear();
    } else {
      member.value.kind = Node::Kind::string;
      member.value.text = item.text.substr(cut + 1);
    }
    if (Node* old = mapping.find(member.key); old != nullptr) *old = std::move(member.value);
    else mapping.members.push_back(std::move(member));
  }
  return mapping;
}

Result<Node> merge(Node base, Node over, const Path& path) {
  if (path.size() > kMaxYamlTreeDepth)
    return Error(ErrorCode::limit_exceeded, "nested deeper than " + std::to_string(kMaxYamlTreeDepth) + " levels");
  if (over.tag == "!reset") {
    over.kind = Node::Kind::null;
    over.items.clear();
    over.members.clear();
    return over;
  }
  if (over.tag == "!override") return over;
  switch (way_of(path)) {
    case Way::replace: return over;
    case Way::key_values: return merge_members(as_mapping(std::move(base)), as_mapping(std::move(over)), path);
    case Way::to_sequence:
      if (base.is_null()) return over;
      base = as_sequence(std::move(base));
      over = as_sequence(std::move(over));
      break;
    case Way::names: return merge_members(with_names(std::move(base)), with_names(std::move(over)), path);
    case Way::build: return merge_members(with_context(std::move(base)), with_context(std::move(over)), path);
    case Way::ulimit:
      if (!base.is_mapping() || !over.is_mapping()) return over;
      break;
    case Way::usual: break;
  }
  if (over.is_null()) return base;
  if (base.is_mapping()) return merge_members(std::move(base), std::move(over), path);
  if (base.is_sequence()) {
    if (!over.is_sequence()) return wrong(over, path);
    drop_reset_items(over);
    for (Node& item : over.items) base.items.push_back(std::move(item));
    return base;
  }
  return over;
}

}  // namespace supply::deploy
