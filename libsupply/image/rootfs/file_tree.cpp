#include "libsupply/image/rootfs/file_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <set>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/rootfs/internal/dispatch.hpp"
#include "libsupply/image/rootfs/merge.hpp"
#include "libsupply/image/rootfs/nodes.hpp"

namespace supply::rootfs {
namespace {

constexpr std::size_t kReadBytesPerStep = 16;  // of collected files by those who read them, and of paths
constexpr std::uint64_t kFewPathBytes = 1 << 20;

// A child's own place in the order of whole paths, or that of all below it: "a.b" is between "a" and "a/c".
struct Step {
  NodeId node;
  bool below;
};

bool before(const Nodes& nodes, const Step& a, const Step& b) {
  const std::string_view x = nodes[a.node].name_view(), y = nodes[b.node].name_view();
  const std::size_t common = std::min(x.size(), y.size());
  if (const int order = std::memcmp(x.data(), y.data(), common); order != 0) return order < 0;
  const auto next = [common](std::string_view name, bool below) {
    if (name.size() > common) return static_cast<int>(static_cast<unsigned char>(name[common]));
    return below ? static_cast<int>('/') : -1;
  };
  return next(x, a.below) < next(y, b.below);
}

// Those in a directory, the last one first; without `with_files` only what is below those.
std::vector<Step> steps_in(const Nodes& nodes, NodeId directory, bool with_files = true) {
  std::vector<Step> steps;
  for (NodeId child = nodes[directory].first_child; child != kNoNode; child = nodes[child].next) {
    if (with_files) steps.push_back({child, false});
    if (nodes[child].first_child != kNoNode) steps.push_back({child, true});
  }
  const auto behind = [&](const Step& a, const Step& b) { return before(nodes, b, a); };
  // Most tars are sorted, and a directory's last child is its first one here.
  if (!std::is_sorted(steps.begin(), steps.end(), behind)) std::sort(steps.begin(), steps.end(), behind);
  return steps;
}

}  // namespace

struct FileTree::Impl {
  Impl(std::vector<const LayerScan*> of, MergedLayers merged, Share cost)
      : layers(std::move(of)),
        nodes(std::move(merged.nodes)),
        disputed(std::move(merged.disputed)),
        share(std::move(cost)) {}

  std::vector<const LayerScan*> layers;
  Nodes nodes;
  std::string disputed;
  Share share;  ///< what the tree costs; holds its memory
  mutable std::atomic<bool> exhausted = false;
  mutable std::once_flag order_once;
  mutable std::vector<NodeId> order;

  /// All but the path.
  File file(NodeId id) const {
    const Node& node = nodes[id];
    File file;
    file.type = node.type;
    file.layer = node.layer;
    if (node.entry == kNoEntry) return file;
    file.entry_index = node.entry;
    file.entry = &layers[node.layer]->entries[node.entry];
    if (file.entry->digests != 0) file.digests = &layers[node.layer]->digests[file.entry->digests - 1];
    return file;
  }

  /// What file() reads beside the node.
  void prefetch(NodeId id) const {
    const Node& node = nodes[id];
    __builtin_prefetch(node.name);
    if (node.entry != kNoEntry) __builtin_prefetch(&layers[node.layer]->entries[node.entry]);
  }

  Result<NodeId> find(std::string_view path, Steps& steps, NodeId from = kRootNode,
                      Nodes::FollowLast follow = Nodes::FollowLast::yes) const {
    SUPPLY_TRY(const Nodes::PathPosition place, nodes.look_up(path, follow, layers, steps, from));
    return place.missing.empty() ? place.node : kNoNode;
  }

  std::optional<File> find_file(std::string_view path, Nodes::FollowLast follow) const {
    constexpr std::uint64_t kMost = kMaxSymlinksFollowed * kMaxPathComponents;
    if (exhausted) return std::nullopt;
    Steps steps(kMost);
    const Result<NodeId> id = find(path, steps, kRootNode, follow);
    if (!share.budget().spend(Cost::steps, kMost - steps.left())) exhausted = true;
    if (!id || *id == kNoNode) return std::nullopt;
    File found = file(*id);
    found.path = nodes.path_of(*id);
    return found;
  }

  // All that is in the tree, in the order of whole paths. It is found out once, when it is first asked for.
  const std::vector<NodeId>& ordered() const {
    std::call_once(order_once, [this] {
      std::vector<std::vector<Step>> levels;  // what is still to come, the next one last
      levels.push_back(steps_in(nodes, kRootNode));
      while (!levels.empty()) {
        if (levels.back().empty()) {
          levels.pop_back();
          continue;
        }
        const Step step = levels.back().back();
        levels.back().pop_back();
        if (step.below) levels.push_back(steps_in(nodes, step.node));
        else order.push_back(step.node);
      }
    });
    return order;
  }

  // By node, how many bytes its path has, and a '/' behind it; dead ones' too.
  std::vector<std::uint32_t> path_sizes() const {
    std::vector<std::uint32_t> sizes(nodes.size());
    for (NodeId id = 1; id < nodes.size(); ++id)  // a directory comes before what is in it
      sizes[id] = sizes[nodes[id].parent] + nodes[id].name_size + 1;
    return sizes;
  }

  // Calls with all that is in the tree, or with those that are `wanted`, in the order of whole paths.
  void for_each_of(const std::vector<bool>* wanted, const std::function<void(const File&)>& call) const {
    File one;
    std::string path;  // of the file, and of its directory for the next one
    NodeId directory = kRootNode;
    const std::vector<std::uint32_t> sizes = path_sizes();
    const std::vector<NodeId>& all = ordered();
    constexpr std::size_t kAhead = 8;  // of these, what the next ones need comes from memory meanwhile
    for (std::size_t i = 0; i < all.size(); ++i) {
      const NodeId id = all[i];
      if (i + 2 * kAhead < all.size()) __builtin_prefetch(&nodes[all[i + 2 * kAhead]]);
      if (i + kAhead < all.size()) prefetch(all[i + kAhead]);
      if (nodes[id].parent != directory) {
        directory = nodes[id].parent;
        // The walk is in its parent, whose path is the front of this one.
        if (directory != kRootNode) {
          path.resize(sizes[nodes[directory].parent]);
          path.append(nodes[directory].name_view()) += '/';
        }
      }
      path.resize(sizes[directory]);
      path += nodes[id].name_view();
      if (wanted != nullptr && !(*wanted)[id]) continue;
      one = file(id);
      one.path = std::move(path);
      call(one);
      path = std::move(one.path);
    }
  }

  // A name of a file that a collector kept: the file's layer and entry, and the node.
  struct KeptName {
    std::uint32_t layer, entry;
    NodeId node;
  };
  std::vector<KeptName> kept_names;  ///< sorted

  // Finds them, and draws what it costs to hand out what was collected: a file is read once for each of its names.
  Status find_kept_names() {
    std::vector<std::vector<const Collected*>> kept(layers.size());  // by entry: the first of each file
    bool any = false;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      for (const Collected& each : layers[i]->collected) {
        if (!each.requested_path.empty()) continue;
        kept[i].resize(layers[i]->entries.size());
        if (kept[i][each.entry] == nullptr) kept[i][each.entry] = &each;
        any = true;
      }
    }
    if (!any) return {};
    const std::vector<std::uint32_t> sizes = path_sizes();
    for (NodeId id = 1; id < nodes.size(); ++id) {
      const Node& node = nodes[id];
      if (!node.alive || node.type != EntryType::file || kept[node.layer].empty()) continue;
      const Collected* const one = kept[node.layer][node.entry];
      if (one == nullptr) continue;
      SUPPLY_TRY(share.spend(Cost::steps, 1 + one->content.size() / kReadBytesPerStep + sizes[id] / kReadBytesPerStep));
      SUPPLY_TRY(share.spend(Cost::memory, sizeof(CollectedFile) + sizeof(KeptName) + sizes[id]));
      kept_names.push_back({node.layer, node.entry, id});
    }
    std::sort(kept_names.begin(), kept_names.end(), [](const KeptName& a, const KeptName& b) {
      return std::tie(a.layer, a.entry, a.node) < std::tie(b.layer, b.entry, b.node);
    });
    return {};
  }

  bool is_candidate(NodeId id, std::uint32_t collector) const {
    const auto& pairs = layers[nodes[id].layer]->candidates;  // in the order of the tar, so sorted
    return std::binary_search(pairs.begin(), pairs.end(), std::pair(nodes[id].entry, collector));
  }
};

FileTree::FileTree(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<FileTree> FileTree::merge(const std::vector<const LayerScan*>& layers, Budget& budget, std::uint64_t paid,
                                 Unpacker unpacker) {
  Share share(budget);
  share.earn(paid);
  SUPPLY_TRY(MergedLayers merged, merge_layers(layers, unpacker, share));
  SUPPLY_TRY(share.spend(Cost::memory, merged.nodes.size() * sizeof(NodeId)));  // see Impl::ordered
  const auto made = std::make_shared<Impl>(layers, std::move(merged), std::move(share));
  SUPPLY_TRY(made->find_kept_names());
  return FileTree(made);
}

std::optional<File> FileTree::find(std::string_view path) const {
  return impl_->find_file(path, Nodes::FollowLast::yes);
}

std::optional<File> FileTree::find_unfollowed(std::string_view path) const {
  return impl_->find_file(path, Nodes::FollowLast::no);
}

Status FileTree::complete() const {
  if (!impl_->exhausted) return {};
  return Error(ErrorCode::limit_exceeded, "looking up files costs more steps than the size of the image explains");
}

const std::string& FileTree::disputed() const { return impl_->disputed; }

Result<bool> FileTree::same_collected(const FileTree& other, const std::vector<const Collector*>& collectors) const {
  using Found = std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>>;  // layer, entry, collector
  Share share(impl_->share.budget());
  const auto found_in = [&](const FileTree& tree) -> Result<Found> {
    Found found;
    for (NodeId id = 1; id < tree.impl_->nodes.size(); ++id) {
      const Node& node = tree.impl_->nodes[id];
      if (!node.alive || node.type != EntryType::file) continue;
      const auto& candidates = tree.impl_->layers[node.layer]->candidates;
      for (auto at = std::lower_bound(candidates.begin(), candidates.end(), std::pair(node.entry, std::uint32_t{0}));
           at != candidates.end() && at->first == node.entry; ++at) {
        SUPPLY_TRY(share.spend(Cost::steps, 1));
        if (found.emplace(node.layer, node.entry, at->second).second)
          SUPPLY_TRY(share.spend(Cost::memory, sizeof(Found::value_type) + 4 * sizeof(void*)));
      }
    }
    SUPPLY_TRY(const auto wanted, tree.requested_files(collectors));
    for (std::uint32_t layer = 0; layer < wanted.size(); ++layer)
      for (const RequestedFile& each : wanted[layer]) found.emplace(layer, each.entry, each.collector);
    return found;
  };
  SUPPLY_TRY(const Found here, found_in(*this));
  SUPPLY_TRY(const Found there, found_in(other));
  if (here != there) return false;
  for (const Collector* collector : collectors) {
    for (const std::string_view known : collector->well_known_paths()) {
      const std::optional<File> a = find(known), b = other.find(known);
      if (b && (!a || a->type != b->type || a->entry != b->entry)) return false;
    }
  }
  SUPPLY_TRY(complete());
  SUPPLY_TRY(other.complete());
  return true;
}

const std::vector<const LayerScan*>& FileTree::layers() const { return impl_->layers; }

std::uint64_t FileTree::path_bytes() const {
  const std::vector<std::uint32_t> sizes = impl_->path_sizes();
  std::uint64_t bytes = 0;
  for (NodeId id = 1; id < sizes.size(); ++id) bytes += impl_->nodes[id].alive ? sizes[id] - 1 : 0;
  return bytes;
}

void FileTree::for_each(const std::function<void(const File&)>& call) const { impl_->for_each_of(nullptr, call); }

void FileTree::for_each_in(const std::function<bool(std::string_view directory)>& wants,
                           const std::function<void(const File&)>& call) const {
  const Nodes& nodes = impl_->nodes;
  struct Level {
    std::vector<Step> steps;    // what is still to come, the next one last
    std::size_t path_size = 0;  // of the directory, with '/'
  };
  std::string path;
  std::vector<Level> levels;
  const auto enter = [&](NodeId id) {
    const bool with_files = wants(path);
    if (!path.empty()) path += '/';
    levels.push_back({steps_in(nodes, id, with_files), path.size()});
  };
  enter(kRootNode);
  File file;
  while (!levels.empty()) {
    Level& level = levels.back();
    if (level.steps.empty()) {
      levels.pop_back();
      continue;
    }
    const Step step = level.steps.back();
    level.steps.pop_back();
    path.resize(level.path_size);
    path += nodes[step.node].name_view();
    if (step.below) {
      enter(step.node);
      continue;
    }
    file = impl_->file(step.node);
    file.path = std::move(path);
    call(file);
    path = std::move(file.path);
  }
}

void FileTree::for_each_named(const std::function<bool(const Name&)>& wants,
                              const std::function<void(const File&)>& call) const {
  const Nodes& nodes = impl_->nodes;
  std::vector<NodeId> ids;
  for (NodeId id = 1; id < nodes.size(); ++id) {
    const Node& node = nodes[id];
    if (node.alive && wants({node.name_view(), nodes[node.parent].name_view(), node.type})) ids.push_back(id);
  }
  if (ids.empty()) return;
  const std::vector<std::uint32_t> sizes = impl_->path_sizes();
  std::uint64_t bytes = 0;
  for (const NodeId id : ids) bytes += sizes[id] + sizeof(std::string);
  if (bytes > kFewPathBytes) {
    std::vector<bool> wanted(nodes.size());
    for (const NodeId id : ids) wanted[id] = true;
    return impl_->for_each_of(&wanted, call);
  }
  std::vector<std::pair<std::string, NodeId>> paths;
  for (const NodeId id : ids) paths.emplace_back(nodes.path_of(id), id);
  std::sort(paths.begin(), paths.end());
  for (auto& [path, id] : paths) {
    File file = impl_->file(id);
    file.path = std::move(path);
    call(file);
  }
}

std::vector<std::string> FileTree::links() const {
  std::vector<std::string> paths;
  for (NodeId id = 1; id < impl_->nodes.size(); ++id)
    if (impl_->nodes[id].alive && impl_->nodes[id].type == EntryType::symlink)
      paths.push_back(impl_->nodes.path_of(id));
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<CollectedFile> FileTree::collected(std::string_view collector) const {
  using KeptName = Impl::KeptName;
  std::vector<CollectedFile> files;
  for (std::uint32_t layer = 0; layer < impl_->layers.size(); ++layer) {
    const LayerScan& scan = *impl_->layers[layer];
    std::vector<bool> wanted;  // by collector
    for (const std::string& name : scan.collectors) wanted.push_back(name == collector);
    for (const Collected& each : scan.collected) {
      if (!wanted[each.collector]) continue;
      if (each.requested_path.empty()) {
        auto name = std::lower_bound(impl_->kept_names.begin(), impl_->kept_names.end(), std::pair(layer, each.entry),
                                     [](const KeptName& a, const auto& b) { return std::pair(a.layer, a.entry) < b; });
        for (; name != impl_->kept_names.end() && name->layer == layer && name->entry == each.entry; ++name) {
          files.push_back({impl_->file(name->node), each.content});
          files.back().file.path = impl_->nodes.path_of(name->node);
        }
      } else if (const std::optional<File> file = find(each.requested_path);
                 file && file->layer == layer && file->entry_index == each.entry && file->entry != nullptr) {
        files.push_back({*file, each.content});
        files.back().file.path = each.requested_path;
      }
    }
  }
  std::sort(files.begin(), files.end(),
            [](const CollectedFile& a, const CollectedFile& b) { return a.file.path < b.file.path; });
  return files;
}

std::size_t FileTree::size() const {
  std::size_t alive = 0;
  for (NodeId id = 1; id < impl_->nodes.size(); ++id) alive += impl_->nodes[id].alive ? 1 : 0;
  return alive;
}

Result<std::vector<std::vector<RequestedFile>>> FileTree::requested_files(
    const std::vector<const Collector*>& collectors, std::size_t limit) const {
  const Nodes& nodes = impl_->nodes;
  Dispatch dispatch(collectors);
  Share share(impl_->share.budget());
  Steps steps(share);
  std::vector<std::set<std::tuple<std::uint32_t, std::uint32_t, std::string>>> found(impl_->layers.size());
  std::size_t count = 0;
  const auto add = [&](NodeId file, std::uint32_t collector, std::string_view path) -> Status {
    const bool added = found[nodes[file].layer].emplace(nodes[file].entry, collector, path).second;
    if (added && ++count > limit)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} files behind links", limit));
    return added ? share.spend(Cost::memory, 2 * (sizeof(RequestedFile) + path.size())) : Status();
  };
  // What links lead to. Links that lead nowhere, or in a circle, lead to nothing.
  const auto target = [&](std::string_view name, NodeId from) -> Result<NodeId> {
    Result<NodeId> id = impl_->find(name, steps, from);
    if (!id && id.error().code() == ErrorCode::malformed) return kNoNode;
    return id;
  };
  const auto is = [&](NodeId id, EntryType type) { return id != kNoNode && nodes[id].type == type; };
  // The file of that name below a node, "…/*": every file in that directory that the collector wants. `shown` is the
  // path of the node, with '/' behind it.
  const auto add_named = [&](std::uint32_t collector, NodeId from, const std::string& shown,
                             std::string_view name) -> Status {
    if (!name.ends_with("/*")) {
      SUPPLY_TRY(const NodeId file, target(name, from));
      if (is(file, EntryType::file) && !impl_->is_candidate(file, collector))
        SUPPLY_TRY(add(file, collector, shown + std::string(name)));
      return {};
    }
    name.remove_suffix(1);
    SUPPLY_TRY(const NodeId directory, target(name.substr(0, name.size() - 1), from));
    if (!is(directory, EntryType::directory)) return {};
    const std::string above = shown + std::string(name);
    for (NodeId child = nodes[directory].first_child; child != kNoNode; child = nodes[child].next) {
      SUPPLY_TRY(const NodeId file, target(nodes[child].name_view(), directory));
      if (!is(file, EntryType::file) || impl_->is_candidate(file, collector)) continue;
      const Entry& entry = impl_->layers[nodes[file].layer]->entries[nodes[file].entry];
      const std::string below = above + std::string(nodes[child].name_view());
      SUPPLY_TRY(steps.take(1 + below.size() / kReadBytesPerStep));
      if (collectors[collector]->open({below, entry.size, entry.mode}, {})) SUPPLY_TRY(add(file, collector, below));
    }
    return {};
  };

  for (std::uint32_t i = 0; i < collectors.size(); ++i)
    for (const std::string_view known : collectors[i]->well_known_paths())
      SUPPLY_TRY(add_named(i, kRootNode, "", known));
  std::string path;  // of the link; of its directory it need not be made again for the next one
  NodeId directory = kNoNode;
  std::size_t directory_size = 0;
  for (NodeId id = 1; id < nodes.size(); ++id) {
    const Node& node = nodes[id];
    if (!node.alive || !(node.type == EntryType::symlink || (node.linked && node.type == EntryType::file))) continue;
    // From the link's own directory: that is a real one, however deep, and need not be looked up.
    SUPPLY_TRY(const NodeId file, target(node.name_view(), node.parent));
    const bool leads_to_directory = is(file, EntryType::directory);
    if (!leads_to_directory && !is(file, EntryType::file)) continue;
    if (node.parent != directory) {
      directory = node.parent;
      SUPPLY_TRY(steps.take(nodes[directory].depth));
      path = nodes.path_of(directory);
      if (!path.empty()) path += '/';
      directory_size = path.size();
    }
    path.resize(directory_size);
    path += node.name_view();
    if (leads_to_directory) {
      for (std::uint32_t i = 0; i < collectors.size(); ++i) {
        SUPPLY_TRY(steps.take(1));
        for (const std::string_view name : collectors[i]->names_below(path))
          SUPPLY_TRY(add_named(i, file, path + '/', name));
      }
      continue;
    }
    for (const std::uint32_t i : dispatch.asked(path, {})) {
      SUPPLY_TRY(steps.take(1 + path.size() / kReadBytesPerStep));
      if (impl_->is_candidate(file, i)) continue;
      const Entry& entry = impl_->layers[nodes[file].layer]->entries[nodes[file].entry];
      if (collectors[i]->open({path, entry.size, entry.mode}, {})) SUPPLY_TRY(add(file, i, path));
    }
  }
  std::vector<std::vector<RequestedFile>> files(found.size());
  for (std::size_t layer = 0; layer < found.size(); ++layer)
    for (const auto& [entry, collector, at] : found[layer]) files[layer].push_back({entry, collector, at});
  return files;
}

}  // namespace supply::rootfs
