#include "libsupply/image/rootfs/nodes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

#include "libsupply/base/limits/image_limits.hpp"

namespace supply::rootfs {
namespace {

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint32_t hash_of(std::uint64_t seed, NodeId parent, std::string_view name) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio
  std::uint64_t state = fold(seed ^ parent, kOdd) ^ name.size();
  while (name.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, name.data(), 8);
    state = fold(state ^ word, seed | 1);
    name.remove_prefix(8);
  }
  std::uint64_t word = 0;
  std::memcpy(&word, name.data(), name.size());
  return static_cast<std::uint32_t>(fold(state ^ word, kOdd ^ seed));
}

}  // namespace

Nodes::Nodes(std::size_t expected, std::size_t limit) : limit_(limit) {
  std::random_device random;
  seed_ = static_cast<std::uint64_t>(random()) << 32 | random();
  expected = std::min(expected, limit);
  slots_.resize(std::bit_ceil(expected + expected / 2 + 64));
  nodes_.emplace_back();
  nodes_[kRootNode].alive = true;
}

// The slot of the child, alive or dead, or the free one where it would be.
std::size_t Nodes::slot_of(std::uint32_t hash, NodeId parent, std::string_view name) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot].node == kNoNode) return slot;
    if (slots_[slot].hash != hash) continue;
    const Node& node = nodes_[slots_[slot].node];
    if (node.parent == parent && node.name_view() == name) return slot;
  }
}

void Nodes::grow() {
  std::vector<Slot> before(slots_.size() * 2);
  before.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& each : before) {
    if (each.node == kNoNode) continue;
    std::size_t slot = each.hash & mask;
    while (slots_[slot].node != kNoNode) slot = (slot + 1) & mask;
    slots_[slot] = each;
  }
}

NodeId Nodes::child(NodeId parent, std::string_view name) const {
  const NodeId id = slots_[slot_of(hash_of(seed_, parent, name), parent, name)].node;
  return id != kNoNode && nodes_[id].alive ? id : kNoNode;
}

Result<NodeId> Nodes::make_child(NodeId parent, std::string_view name) {
  const std::uint32_t hash = hash_of(seed_, parent, name);
  std::size_t slot = slot_of(hash, parent, name);
  NodeId id = slots_[slot].node;
  if (id == kNoNode) {
    if (nodes_.size() == limit_)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} names in the tree", limit_));
    if (nodes_[parent].depth == kMaxPathComponents)
      return Error(ErrorCode::limit_exceeded, fmt::format("a path of more than {} components", kMaxPathComponents));
    if (nodes_.size() + nodes_.size() / 4 > slots_.size()) {
      grow();
      slot = slot_of(hash, parent, name);
    }
    id = static_cast<NodeId>(nodes_.size());
    slots_[slot] = {id, hash};
    nodes_.emplace_back();
  }
  Node made;
  made.name = name.data();
  made.name_size = static_cast<std::uint32_t>(name.size());
  made.parent = parent;
  made.next = nodes_[parent].first_child;
  made.depth = static_cast<std::uint16_t>(nodes_[parent].depth + 1);
  made.alive = true;
  if (made.next != kNoNode) nodes_[made.next].previous = id;
  nodes_[parent].first_child = id;
  nodes_[id] = made;
  return id;
}

void Nodes::remove(NodeId id) {
  Node& node = nodes_[id];
  if (node.type == EntryType::directory || node.type == EntryType::symlink) ++generation_;
  if (node.previous != kNoNode) nodes_[node.previous].next = node.next;
  else nodes_[node.parent].first_child = node.next;
  if (node.next != kNoNode) nodes_[node.next].previous = node.previous;
  std::vector<NodeId> below = {id};
  while (!below.empty()) {
    Node& dead = nodes_[below.back()];
    below.pop_back();
    dead.alive = false;
    for (NodeId each = dead.first_child; each != kNoNode; each = nodes_[each].next) below.push_back(each);
    dead.first_child = kNoNode;
  }
}

Status Steps::take(std::uint64_t count) {
  constexpr std::uint64_t kAtOnce = 4'096;
  while (left_ < count) {
    if (share_ == nullptr) return Error(ErrorCode::limit_exceeded, "links that lead over too many links");
    SUPPLY_TRY(share_->spend(Cost::steps, kAtOnce));
    left_ += kAtOnce;
  }
  left_ -= count;
  return {};
}

Result<Nodes::PathPosition> Nodes::look_up(std::string_view path, FollowLast follow,
                                           const std::vector<const LayerScan*>& layers, Steps& steps, NodeId from,
                                           Within within) const {
  PathPosition place;
  place.node = from;
  std::vector<std::string_view> after;  // what follows the links that are being followed, the next part last
  std::size_t links = 0;
  std::string_view rest = path;
  for (;;) {
    while (rest.empty() && !after.empty()) {
      rest = after.back();
      after.pop_back();
    }
    if (rest.empty()) return place;
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    SUPPLY_TRY(steps.take(1));
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!place.missing.empty()) place.missing.pop_back();
      else if (place.node != kRootNode) place.node = nodes_[place.node].parent;
      continue;
    }
    const bool directory = nodes_[place.node].type == EntryType::directory;
    const NodeId next = place.missing.empty() && directory ? child(place.node, part) : kNoNode;
    if (next == kNoNode) {
      place.missing.push_back(part);
      continue;
    }
    const bool last = rest.empty() && after.empty();
    if (nodes_[next].type != EntryType::symlink || (last && follow == FollowLast::no)) {
      place.node = next;
      continue;
    }
    if (within.stamp != 0 && nodes_[next].touched != within.stamp) {
      if (place.lower_link == kNoNode) place.lower_link = next;
      if (!within.follow_lower) {
        place.node = next;
        continue;
      }
    }
    if (++links > kMaxSymlinksFollowed) return Error(ErrorCode::malformed, "symbolic links that loop");
    const std::string_view target = layers[nodes_[next].layer]->entries[nodes_[next].entry].target;
    if (target.front() == '/') place.node = kRootNode;
    if (!rest.empty()) after.push_back(rest);
    rest = target;
  }
}

std::string Nodes::path_of(NodeId id) const {
  std::size_t size = 0;
  for (NodeId each = id; each != kRootNode; each = nodes_[each].parent) size += nodes_[each].name_size + 1;
  if (size == 0) return {};
  std::string path(size - 1, '/');
  for (NodeId each = id; each != kRootNode; each = nodes_[each].parent) {
    size -= nodes_[each].name_size + 1;
    path.replace(size, nodes_[each].name_size, nodes_[each].name_view());
  }
  return path;
}

}  // namespace supply::rootfs
