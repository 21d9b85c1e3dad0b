// The names of a file tree and how paths lead through them, links included. Belongs to FileTree; names are views into
// the scans of layers. Reading is safe from any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/image/rootfs/layer_scan.hpp"

namespace supply::rootfs {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;
inline constexpr NodeId kRootNode = 0;
inline constexpr std::uint32_t kNoEntry = UINT32_MAX;

struct Node {
  const char* name = nullptr;
  std::uint32_t name_size = 0;
  NodeId parent = kNoNode, first_child = kNoNode, next = kNoNode, previous = kNoNode;
  std::uint32_t entry = kNoEntry;  ///< where the file comes from; hard links of one file have the same
  std::uint16_t layer = 0;         ///< that holds `entry`
  std::uint16_t touched = 0;       ///< 1 + the last layer that put it or something below it
  std::uint16_t cleared = 0;       ///< 1 + the last layer that took away all it has from lower layers
  std::uint16_t depth = 0;
  EntryType type = EntryType::directory;
  bool alive = false;
  bool linked = false;  ///< this name was made by a hard link

  std::string_view name_view() const { return {name, name_size}; }
};

/// What looking up paths may cost: a step for each component. Lent to lookups, which take from it.
class Steps {
 public:
  /// As many as the share's budget allows.
  explicit Steps(Share& share) : share_(&share) {}
  /// Only so many.
  explicit Steps(std::uint64_t count) : left_(count) {}

  /// Errors: limit_exceeded.
  Status take(std::uint64_t count);
  std::uint64_t left() const { return left_; }

 private:
  Share* share_ = nullptr;
  std::uint64_t left_ = 0;  // drawn and not taken yet
};

class Nodes {
 public:
  /// For about so many names, and never more than `limit`, the root and dead ones included.
  explicit Nodes(std::size_t expected, std::size_t limit = kMaxTreeNodes);

  const Node& operator[](NodeId id) const { return nodes_[id]; }
  Node& operator[](NodeId id) { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }  ///< dead ones included

  /// The living child of that name, or kNoNode.
  NodeId child(NodeId parent, std::string_view name) const;
  /// Makes a child that is not there, or that is dead: a directory without entry. `name` must stay valid.
  /// Errors: limit_exceeded (the tree's limit, kMaxPathComponents).
  Result<NodeId> make_child(NodeId parent, std::string_view name);
  /// Takes a name and all below it out of the tree.
  void remove(NodeId id);
  /// Bytes that it holds.
  std::uint64_t held_bytes() const { return nodes_.size() * sizeof(Node) + slots_.size() * sizeof(Slot); }
  /// Counts removals that could change where a path leads.
  std::uint64_t generation() const { return generation_; }

  /// Where a path leads: the last node that is there, and the names from there on that are not.
  struct PathPosition {
    NodeId node = kRootNode;
    std::vector<std::string_view> missing;
    NodeId lower_link =
        kNoNode;  ///< the first link on the way that is not the layer's own, where a layer was asked for
  };
  enum class FollowLast { no, yes };
  /// The layer whose entry it is, and whether links that lower layers put lead on or are in the way as a file is.
  struct Within {
    std::uint16_t stamp = 0;  ///< as Node::touched; 0: the whole tree
    bool follow_lower = true;
  };
  /// Follows links inside the root: absolute ones start there, ".." stops there. What is below a file is missing.
  /// `from` is the directory that the path starts in. Errors: malformed (links loop), limit_exceeded (steps are used
  /// up). Source: filepath-securejoin, used by umoci.
  Result<PathPosition> look_up(std::string_view path, FollowLast follow, const std::vector<const LayerScan*>& layers,
                               Steps& steps, NodeId from = kRootNode, Within within = {0, true}) const;

  /// From the root, without a leading '/'.
  std::string path_of(NodeId id) const;

 private:
  // With the hash, so that looking for one node touches hardly any other.
  struct Slot {
    NodeId node = kNoNode;
    std::uint32_t hash = 0;
  };
  std::size_t slot_of(std::uint32_t hash, NodeId parent, std::string_view name) const;
  void grow();

  std::size_t limit_;
  std::deque<Node> nodes_;   // not a vector: one that grows holds up to three times as much
  std::vector<Slot> slots_;  // open addressing; dead nodes keep their slot
  std::uint64_t seed_;       // of the hash, so that nobody can prepare names that collide
  std::uint64_t generation_ = 0;
};

}  // namespace supply::rootfs
