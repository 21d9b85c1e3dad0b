#include "libsupply/image/rootfs/merge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/image/rootfs/path.hpp"

namespace supply::rootfs {
namespace {

using FollowLast = Nodes::FollowLast;

Error malformed(std::string message) { return {ErrorCode::malformed, std::move(message)}; }

// Of one layer, unpackers make different trees: those that copy (umoci, the vfs drivers) and overlayfs with its drivers
// (Docker's overlay2, containerd's and podman's default), which unpack a layer alone and lay it over the lower ones.
Error differs(std::string message) {
  return {ErrorCode::unsupported, std::move(message) + ": unpackers make different trees of it"};
}

class Merger {
 public:
  Merger(const std::vector<const LayerFacts*>& layers, std::size_t expected, Share& share)
      : layers_(layers), nodes_(expected), share_(share), steps_(share) {}

  Status apply(std::uint16_t layer) {
    layer_ = layer;
    cached_ = false;  // a link of the layer before is a lower layer's now
    const std::deque<Entry>& entries = layers_[layer]->entries;
    SUPPLY_TRY(draw(0));
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      Status status = steps_.take(1);
      if (status) status = apply(entries[i], i);
      if (status) status = draw(kUncountedBytes);
      if (!status)
        return std::move(status).at(
            fmt::format("layer {}: entry {} {}", layers_[layer]->blob.to_string(), i, quote(entries[i].path)));
    }
    remove_aufs();
    whited_out_.clear();
    return draw(0);
  }

  Nodes finish() && { return std::move(nodes_); }

 private:
  std::uint16_t stamp() const { return static_cast<std::uint16_t>(layer_ + 1); }

  Status apply(const Entry& entry, std::uint32_t index) {
    const std::string_view name = base_name(entry.path), parent = parent_path(entry.path);
    if (entry.path.empty()) {
      set(kRootNode, entry, index);
      return {};
    }
    if (name.starts_with(kWhiteoutPrefix)) return apply_marker(name, parent);
    SUPPLY_TRY(const NodeId folder, parent_folder(parent));
    NodeId node = nodes_.child(folder, name);
    const bool keeps_children =
        node != kNoNode && nodes_[node].type == EntryType::folder && entry.type == EntryType::folder;
    if (node != kNoNode && !keeps_children) {
      // On overlayfs the link has become a folder, and what it leads to stands as it was.
      if (by_lower_link_ && nodes_[node].touched != stamp())
        return differs(fmt::format("{} is reached by a lower layer's link and replaced", quote(nodes_.path_of(node))));
      nodes_.remove(node);
    }
    if (entry.type == EntryType::folder) SUPPLY_TRY(check_whiteout(folder, name));
    if (entry.type == EntryType::hardlink) return link(folder, name, entry.target);
    if (!keeps_children) {
      SUPPLY_TRY(node, make_child(folder, name));
    }
    set(node, entry, index);
    return {};
  }

  void set(NodeId id, const Entry& entry, std::uint32_t index) {
    Node& node = nodes_[id];
    node.entry = index;
    node.layer = layer_;
    node.type = entry.type;
    node.linked = false;
    touch(id);
  }

  // A name that this layer put, and the folders above it, are nothing that its whiteouts could mean.
  void touch(NodeId id) {
    while (id != kNoNode && nodes_[id].touched != stamp()) {
      nodes_[id].touched = stamp();
      id = nodes_[id].parent;
    }
  }

  // The folder in which an entry stands: links on the way are followed, folders that are missing are made.
  Result<NodeId> parent_folder(std::string_view path) {
    if (path.empty()) {
      by_lower_link_ = false;
      return kRootNode;
    }
    if (cached_ && cached_generation_ == nodes_.generation() && path == cached_path_) return cached_node_;
    SUPPLY_TRY(const Nodes::Place place, nodes_.look_up(path, FollowLast::yes, layers_, steps_));
    NodeId node = place.node;
    if (nodes_[node].type != EntryType::folder) {
      // A lower layer's file gives way to a folder, as on overlayfs, where each layer is unpacked alone (Docker, podman,
      // buildah), and in umoci since 0.4.8. Within one layer no unpacker takes it; nor do two agree behind a link.
      const std::string there = nodes_.path_of(node);
      const bool direct = path == there || (path.starts_with(there) && path[there.size()] == '/');
      if (!direct || nodes_[node].touched == stamp()) return malformed(fmt::format("{} is no folder", quote(there)));
      const NodeId above = nodes_[node].parent;
      const std::string_view name = nodes_[node].name_view();
      nodes_.remove(node);
      SUPPLY_TRY(node, make_child(above, name));
    }
    for (const std::string_view name : place.missing) {
      SUPPLY_TRY(check_whiteout(node, name));
      SUPPLY_TRY(node, make_child(node, name));
    }
    by_lower_link_ = place.oldest_link < stamp();
    cached_ = true;
    cached_generation_ = nodes_.generation();
    cached_path_ = path;
    cached_node_ = node;
    return node;
  }

  // A hard link is one more name of whatever stands at the target now, a symbolic link too; later layers that take
  // the target's name away leave this one.
  Status link(NodeId folder, std::string_view name, std::string_view target) {
    SUPPLY_TRY(const Nodes::Place place, nodes_.look_up(target, FollowLast::no, layers_, steps_));
    if (!place.missing.empty()) return malformed(fmt::format("hard link to {}, which is not there", quote(target)));
    const Node to = nodes_[place.node];
    if (to.type == EntryType::folder) return malformed(fmt::format("hard link to {}, a folder", quote(target)));
    SUPPLY_TRY(const NodeId id, make_child(folder, name));
    Node& node = nodes_[id];
    node.entry = to.entry;
    node.layer = to.layer;
    node.type = to.type;
    node.linked = true;
    touch(id);
    return {};
  }

  Status apply_marker(std::string_view name, std::string_view parent) {
    if (name != kOpaqueMarker && name.starts_with(kAufsPrefix)) return {};
    SUPPLY_TRY(const Nodes::Place place, nodes_.look_up(parent, FollowLast::yes, layers_, steps_));
    const bool by_lower_link = place.oldest_link < stamp();
    if (name == kOpaqueMarker) {
      const bool clears = place.missing.empty() && clear(place.node);
      if (clears && place.node == kRootNode) return differs("an opaque marker in the root");  // overlayfs has none there
      if (clears && by_lower_link) return differs("an opaque marker behind a lower layer's link");
      return {};
    }
    const std::string_view gone = name.substr(kWhiteoutPrefix.size());
    if (gone.empty() || gone == "." || gone == "..") return malformed("whiteout of no name");
    if (!place.missing.empty()) return {};
    const NodeId node = nodes_.child(place.node, gone);
    if (node == kNoNode) return {};
    if (by_lower_link) return differs("a whiteout behind a lower layer's link");
    if (nodes_[node].touched == stamp()) {
      if (clear(node)) return differs(fmt::format("a whiteout of {}, which the layer makes anew", quote(nodes_.path_of(node))));
      return {};
    }
    if (nodes_[node].first_child != kNoNode) whited_out_.emplace(place.node, gone);
    nodes_.remove(node);
    return {};
  }

  // A folder in the place of a whiteout: overlayfs shows through it what the lower layers have there.
  Status check_whiteout(NodeId folder, std::string_view name) const {
    if (whited_out_.empty() || !whited_out_.contains({folder, name})) return {};
    return differs(fmt::format("a whiteout of {}, which the layer makes anew", quote(name)));
  }

  // Takes away what lower layers have in a folder. What this layer put there stays, and the folders it stands in; so it
  // is all the same whether the marker stands before or behind. Each folder is done once a layer: afterwards all in it
  // is this layer's. Returns whether there was anything.
  bool clear(NodeId id) {
    bool any = false;
    std::vector<NodeId> folders = {id};
    while (!folders.empty()) {
      const NodeId folder = folders.back();
      folders.pop_back();
      if (nodes_[folder].cleared == stamp()) continue;
      nodes_[folder].cleared = stamp();
      for (NodeId child = nodes_[folder].first_child; child != kNoNode;) {
        const NodeId next = nodes_[child].next;
        if (nodes_[child].touched != stamp()) {
          nodes_.remove(child);
          any = true;
        } else if (nodes_[child].type == EntryType::folder) folders.push_back(child);
        child = next;
      }
    }
    return any;
  }

  Result<NodeId> make_child(NodeId folder, std::string_view name) {
    SUPPLY_TRY(const NodeId made, nodes_.make_child(folder, name));
    if (folder == kRootNode && name.starts_with(kAufsPrefix)) aufs_.push_back(made);
    return made;
  }

  // AUFS kept the inodes of hard links in a folder of its own; they may be linked to, and are not part of the image.
  void remove_aufs() {
    for (const NodeId id : aufs_)
      if (nodes_[id].alive) nodes_.remove(id);
    aufs_.clear();
  }

  // Draws the memory that the nodes take, once there is more than `uncounted` that was not drawn.
  Status draw(std::uint64_t uncounted) {
    const std::uint64_t held = nodes_.held_bytes();
    if (held <= drawn_ + uncounted) return {};
    return share_.spend(Cost::memory, held - std::exchange(drawn_, held));
  }

  static constexpr std::uint64_t kUncountedBytes = 64 * kKiB;

  const std::vector<const LayerFacts*>& layers_;
  Nodes nodes_;
  Share& share_;
  Steps steps_;
  std::uint64_t drawn_ = 0;  // of memory
  std::uint16_t layer_ = 0;
  std::vector<NodeId> aufs_;  // what the layer has of it
  std::set<std::pair<NodeId, std::string_view>> whited_out_;  // lower folders with content, that the layer takes away
  bool by_lower_link_ = false;                                // the way to the last parent_folder()
  // The folder of the entry before: tars list a folder's files together.
  bool cached_ = false;
  std::uint64_t cached_generation_ = 0;
  std::string_view cached_path_;
  NodeId cached_node_ = kRootNode;
};

}  // namespace

Result<Nodes> merge_layers(const std::vector<const LayerFacts*>& layers, Share& share) {
  if (layers.size() > kMaxLayers)
    return Error(ErrorCode::limit_exceeded, fmt::format("more than {} layers", kMaxLayers));
  static_assert(kMaxLayers < UINT16_MAX);
  std::size_t entries = 0;  // of the largest layer: many may have the same names
  for (const LayerFacts* layer : layers) entries = std::max(entries, layer->entries.size());
  Merger merger(layers, entries, share);
  for (std::size_t i = 0; i < layers.size(); ++i) SUPPLY_TRY(merger.apply(static_cast<std::uint16_t>(i)));
  return std::move(merger).finish();
}

}  // namespace supply::rootfs
