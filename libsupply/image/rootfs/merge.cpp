#include "libsupply/image/rootfs/merge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/rootfs/internal/whiteout.hpp"

namespace supply::rootfs {
namespace {

using FollowLast = Nodes::FollowLast;

Error malformed(std::string message) { return {ErrorCode::malformed, std::move(message)}; }

// Where container runtimes leave different trees there is no answer that is right for all.
Error differs(std::string message) { return {ErrorCode::unsupported, std::move(message)}; }

bool is_overlay(Unpacker unpacker) { return unpacker == Unpacker::overlay; }

class Merger {
 public:
  Merger(const std::vector<const LayerScan*>& layers, std::size_t expected, Unpacker unpacker, Share& share)
      : layers_(layers), unpacker_(unpacker), nodes_(expected), share_(share), steps_(share) {}

  Status apply(std::uint16_t layer) {
    layer_ = layer;
    const std::deque<Entry>& entries = layers_[layer]->entries;
    gone_directories_.clear();
    replaced_directories_.clear();
    whiteouts_.clear();
    cached_ = false;  // what was this layer's own link is a lower one now
    SUPPLY_TRY(draw(0));
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      Status status = steps_.take(1);
      if (status) status = apply(entries[i], i);
      if (status) status = draw(kUncountedBytes);
      if (!status)
        return std::move(status).at(
            fmt::format("layer {}: entry {} {}", layers_[layer]->blob.to_string(), i, quote(entries[i].path)));
    }
    if (is_overlay(unpacker_)) {
      for (const std::uint32_t i : whiteouts_) {
        Status status = steps_.take(1);
        if (status) status = apply_whiteout(entries[i].path);
        if (!status) return std::move(status).at(fmt::format("layer {}", layers_[layer]->blob.to_string()));
      }
    }
    remove_aufs();
    const auto is_directory_again = [&](NodeId id) {
      return nodes_[id].alive && nodes_[id].type == EntryType::directory;
    };
    for (const NodeId id : replaced_directories_) {
      if (!is_directory_again(id)) continue;
      dispute(fmt::format("has {} as a file and as a directory", quote(nodes_.path_of(id))));
      // What lower layers have in it is gone from these nodes.
      if (is_overlay(unpacker_)) return differs(disputed_);
    }
    for (const NodeId id : gone_directories_)
      if (is_directory_again(id)) dispute(fmt::format("takes away {} and makes it anew", quote(nodes_.path_of(id))));
    return draw(0);
  }

  MergedLayers finish() && { return {std::move(nodes_), std::move(disputed_)}; }

 private:
  std::uint16_t stamp() const { return static_cast<std::uint16_t>(layer_ + 1); }

  Status apply(const Entry& entry, std::uint32_t index) {
    const std::string_view name = base_name(entry.path), parent = directory_of(entry.path);
    if (entry.type == EntryType::global_header) return check_global(entry.path);
    if (entry.path.empty()) {
      set(kRootNode, entry, index);
      return {};
    }
    if (name.starts_with(kWhiteoutPrefix)) {
      if (name != kOpaqueMarker && name.starts_with(kAufsPrefix)) return {};
      if (name == kOpaqueMarker) return clear_directory(parent);
      if (!is_overlay(unpacker_)) return apply_whiteout(entry.path);
      // On overlayfs a device, in whose place what else the layer has of that name is put.
      whiteouts_.push_back(index);
      return {};
    }
    SUPPLY_TRY(const NodeId directory, parent_directory(parent, entry.path));
    NodeId node = nodes_.child(directory, name);
    const bool keeps_children =
        node != kNoNode && nodes_[node].type == EntryType::directory && entry.type == EntryType::directory;
    if (node != kNoNode && !keeps_children) remove(node, replaced_directories_);
    if (entry.type == EntryType::hardlink) return link(directory, name, entry.target);
    if (!keeps_children) {
      SUPPLY_TRY(node, make_child(directory, name));
    }
    set(node, entry, index);
    return {};
  }

  // Unpackers of Go take a global pax header for an entry: what has its name is removed, as if a file came in its
  // place, and then no file is made. Source: containers/storage and moby pkg/archive diff.go UnpackLayer; containerd
  // pkg/archive applyNaive.
  Status check_global(std::string_view path) {
    if (base_name(path).starts_with(kWhiteoutPrefix))
      return malformed("a global pax header with the name of a whiteout");
    SUPPLY_TRY(const Nodes::PathPosition place, look_up(path, FollowLast::no));
    if (path.empty() || !place.missing.empty()) return {};
    return differs("a global pax header has the name of a file, which some unpackers remove for it");
  }

  void set(NodeId id, const Entry& entry, std::uint32_t index) {
    Node& node = nodes_[id];
    node.entry = index;
    node.layer = layer_;
    node.type = entry.type;
    node.linked = false;
    touch(id);
  }

  // A name that this layer put, and the directories above it, are nothing that its whiteouts could mean.
  void touch(NodeId id) {
    while (id != kNoNode && nodes_[id].touched != stamp()) {
      nodes_[id].touched = stamp();
      id = nodes_[id].parent;
    }
  }

  Result<Nodes::PathPosition> look_up(std::string_view path, FollowLast follow) {
    return nodes_.look_up(path, follow, layers_, steps_, kRootNode, {stamp(), !is_overlay(unpacker_)});
  }

  // Takes a name away for an entry or a whiteout. On an overlay a directory of that name in the same layer shows again
  // what lower layers have in it: remembered, whatever is in between and in which order.
  void remove(NodeId id, std::vector<NodeId>& remembered) {
    if (nodes_[id].type == EntryType::directory && has_lower(id)) remembered.push_back(id);
    nodes_.remove(id);
  }

  // The first thing that unpackers make different trees of.
  void dispute(std::string_view what) {
    if (disputed_.empty()) disputed_ = fmt::format("layer {}: {}", layers_[layer_]->blob.to_string(), what);
  }

  // Whether anything in a directory, however deep, is of lower layers. Costs no more than removing it.
  bool has_lower(NodeId id) const {
    std::vector<NodeId> directories = {id};
    while (!directories.empty()) {
      const NodeId directory = directories.back();
      directories.pop_back();
      for (NodeId child = nodes_[directory].first_child; child != kNoNode; child = nodes_[child].next) {
        if (nodes_[child].touched != stamp()) return true;
        directories.push_back(child);
      }
    }
    return false;
  }

  // The same of a directory that stays, which many markers may name; clear() is to follow.
  bool has_lower_uncleared(NodeId id) const { return nodes_[id].cleared != stamp() && has_lower(id); }

  // The directory in which an entry is: links on the way are followed, directories that are missing are made.
  Result<NodeId> parent_directory(std::string_view path, std::string_view entry) {
    if (path.empty()) return kRootNode;
    if (cached_ && cached_generation_ == nodes_.generation() && path == cached_path_) return cached_node_;
    SUPPLY_TRY(const Nodes::PathPosition place, look_up(path, FollowLast::yes));
    NodeId node = place.node;
    if (place.lower_link != kNoNode)
      dispute(fmt::format("entry {} leads through {}", quote(entry), quote(nodes_.path_of(place.lower_link))));
    if (nodes_[node].type != EntryType::directory) {
      // A lower layer's file gives way to a directory, as on overlayfs, where each layer is unpacked alone (Docker,
      // podman, buildah), and in umoci since 0.4.8. Within one layer no unpacker takes it; nor do two agree behind a
      // link.
      const std::string there = nodes_.path_of(node);
      const bool direct = path == there || (path.starts_with(there) && path[there.size()] == '/');
      const bool hidden = nodes_[node].type == EntryType::symlink;  // only overlayfs ends at one
      if ((!direct && !hidden) || nodes_[node].touched == stamp())
        return malformed(fmt::format("{} is no directory", quote(there)));
      const NodeId above = nodes_[node].parent;
      const std::string_view name = nodes_[node].name_view();
      nodes_.remove(node);
      SUPPLY_TRY(node, make_child(above, name));
    }
    for (const std::string_view name : place.missing) {
      SUPPLY_TRY(node, make_child(node, name));
    }
    cached_ = true;
    cached_generation_ = nodes_.generation();
    cached_path_ = path;
    cached_node_ = node;
    return node;
  }

  // A hard link is one more name of whatever is at the target now, a symbolic link too; later layers that take
  // the target's name away leave this one.
  Status link(NodeId directory, std::string_view name, std::string_view target) {
    SUPPLY_TRY(const Nodes::PathPosition place, look_up(target, FollowLast::no));
    if (!place.missing.empty()) return malformed(fmt::format("hard link to {}, which is not there", quote(target)));
    const Node to = nodes_[place.node];
    if (to.type == EntryType::directory) return malformed(fmt::format("hard link to {}, a directory", quote(target)));
    SUPPLY_TRY(const NodeId id, make_child(directory, name));
    Node& node = nodes_[id];
    node.entry = to.entry;
    node.layer = to.layer;
    node.type = to.type;
    node.linked = true;
    touch(id);
    return {};
  }

  // Where a marker means something; on overlayfs a lower layer's link on the way becomes a directory.
  Result<Nodes::PathPosition> marked_directory(std::string_view parent) {
    SUPPLY_TRY(Nodes::PathPosition place, look_up(parent, FollowLast::yes));
    if (place.lower_link == kNoNode) return place;
    dispute(fmt::format("a whiteout leads through {}", quote(nodes_.path_of(place.lower_link))));
    if (!is_overlay(unpacker_)) return place;
    Nodes::PathPosition made;
    SUPPLY_TRY(made.node, parent_directory(parent, parent));
    touch(made.node);
    return made;
  }

  Status clear_directory(std::string_view parent) {
    SUPPLY_TRY(const Nodes::PathPosition place, marked_directory(parent));
    if (!place.missing.empty()) return {};
    if (place.node == kRootNode && has_lower_uncleared(kRootNode)) {
      dispute("an opaque whiteout of the root");
      if (is_overlay(unpacker_)) return {};
    }
    clear(place.node);
    return {};
  }

  Status apply_whiteout(std::string_view path) {
    const std::string_view gone = base_name(path).substr(kWhiteoutPrefix.size());
    if (gone.empty() || gone == "." || gone == "..") return malformed("whiteout of no name");
    SUPPLY_TRY(const Nodes::PathPosition place, marked_directory(directory_of(path)));
    if (!place.missing.empty()) return {};
    const NodeId node = nodes_.child(place.node, gone);
    if (node == kNoNode) return {};
    if (nodes_[node].touched != stamp()) {
      remove(node, gone_directories_);
      return {};
    }
    if (is_overlay(unpacker_)) return {};
    if (nodes_[node].type == EntryType::directory && has_lower_uncleared(node)) gone_directories_.push_back(node);
    clear(node);
    return {};
  }

  // Takes away what lower layers have in a directory. What this layer put there stays, and the directories it is
  // in; so it is all the same whether the marker is before or behind. Each directory is done once a layer:
  // afterwards all in it is this layer's.
  void clear(NodeId id) {
    std::vector<NodeId> directories = {id};
    while (!directories.empty()) {
      const NodeId directory = directories.back();
      directories.pop_back();
      if (nodes_[directory].cleared == stamp()) continue;
      nodes_[directory].cleared = stamp();
      for (NodeId child = nodes_[directory].first_child; child != kNoNode;) {
        const NodeId next = nodes_[child].next;
        if (nodes_[child].touched != stamp()) nodes_.remove(child);
        else if (nodes_[child].type == EntryType::directory) directories.push_back(child);
        child = next;
      }
    }
  }

  Result<NodeId> make_child(NodeId directory, std::string_view name) {
    SUPPLY_TRY(const NodeId made, nodes_.make_child(directory, name));
    if (directory == kRootNode && name.starts_with(kAufsPrefix)) aufs_.push_back(made);
    return made;
  }

  // AUFS kept the inodes of hard links in a directory of its own; they may be linked to, and are not part of the image.
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

  const std::vector<const LayerScan*>& layers_;
  Unpacker unpacker_;
  std::string disputed_;  // as MergedLayers
  std::vector<NodeId> gone_directories_,
      replaced_directories_;              // of lower layers, that whiteouts and entries took away
  std::vector<std::uint32_t> whiteouts_;  // of this layer, for after its entries
  Nodes nodes_;
  Share& share_;
  Steps steps_;
  std::uint64_t drawn_ = 0;  // of memory
  std::uint16_t layer_ = 0;
  std::vector<NodeId> aufs_;  // what the layer has of it
  // The directory of the entry before: tars list a directory's files together.
  bool cached_ = false;
  std::uint64_t cached_generation_ = 0;
  std::string_view cached_path_;
  NodeId cached_node_ = kRootNode;
};

}  // namespace

Result<MergedLayers> merge_layers(const std::vector<const LayerScan*>& layers, Unpacker unpacker, Share& share) {
  if (layers.size() > kMaxLayers)
    return Error(ErrorCode::limit_exceeded, fmt::format("more than {} layers", kMaxLayers));
  static_assert(kMaxLayers < UINT16_MAX);
  std::size_t entries = 0;  // of the largest layer: many may have the same names
  for (const LayerScan* layer : layers) entries = std::max(entries, layer->entries.size());
  Merger merger(layers, entries, unpacker, share);
  for (std::size_t i = 0; i < layers.size(); ++i) SUPPLY_TRY(merger.apply(static_cast<std::uint16_t>(i)));
  return std::move(merger).finish();
}

}  // namespace supply::rootfs
