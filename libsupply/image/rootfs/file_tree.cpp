#include "libsupply/image/rootfs/file_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/image/rootfs/merge.hpp"
#include "libsupply/image/rootfs/nodes.hpp"

namespace supply::rootfs {
namespace {

// A child's own place in the order of whole paths, or that of all below it: "a.b" stands between "a" and "a/c".
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

std::vector<Step> steps_in(const Nodes& nodes, NodeId folder) {
  std::vector<Step> steps;
  for (NodeId child = nodes[folder].first_child; child != kNoNode; child = nodes[child].next) {
    steps.push_back({child, false});
    if (nodes[child].first_child != kNoNode) steps.push_back({child, true});
  }
  std::sort(steps.begin(), steps.end(), [&](const Step& a, const Step& b) { return before(nodes, a, b); });
  return steps;
}

}  // namespace

struct FileTree::Impl {
  std::vector<const LayerFacts*> layers;
  Nodes nodes;

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

  Result<NodeId> find(std::string_view path, LinkSteps& steps) const {
    SUPPLY_TRY(const Nodes::Place place, nodes.look_up(path, Nodes::FollowLast::yes, layers, steps));
    return place.missing.empty() ? place.node : kNoNode;
  }

  bool offered(NodeId id, std::uint32_t collector) const {
    const auto& pairs = layers[nodes[id].layer]->offered;  // in the order of the tar, so sorted
    return std::binary_search(pairs.begin(), pairs.end(), std::pair(nodes[id].entry, collector));
  }
};

FileTree::FileTree(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<FileTree> FileTree::merge(const std::vector<const LayerFacts*>& layers) {
  SUPPLY_TRY(Nodes nodes, merge_layers(layers));
  return FileTree(std::make_shared<const Impl>(Impl{layers, std::move(nodes)}));
}

std::optional<File> FileTree::find(std::string_view path) const {
  LinkSteps steps = kMaxSymlinksFollowed * kMaxPathComponents;
  const Result<NodeId> id = impl_->find(path, steps);
  if (!id || *id == kNoNode) return std::nullopt;
  File file = impl_->file(*id);
  file.path = impl_->nodes.path_of(*id);
  return file;
}

void FileTree::for_each(const std::function<void(const File&)>& call) const {
  const Nodes& nodes = impl_->nodes;
  struct Level {
    std::vector<Step> steps;
    std::size_t next = 0, path_size = 0;
  };
  std::string path;
  std::vector<Level> levels;
  levels.push_back({steps_in(nodes, kRootNode)});
  while (!levels.empty()) {
    Level& level = levels.back();
    path.resize(level.path_size);
    if (level.next == level.steps.size()) {
      levels.pop_back();
      continue;
    }
    const Step step = level.steps[level.next++];
    if (!path.empty()) path += '/';
    path += nodes[step.node].name_view();
    if (step.below) {
      levels.push_back({steps_in(nodes, step.node), 0, path.size()});
    } else {
      File file = impl_->file(step.node);
      file.path = path;
      call(file);
    }
  }
}

std::vector<CollectedFile> FileTree::collected(std::string_view collector) const {
  const Nodes& nodes = impl_->nodes;
  std::vector<CollectedFile> files;
  // Per layer: the entries that the collector kept, sorted, with their contents.
  std::vector<std::vector<std::pair<std::uint32_t, std::string_view>>> kept(impl_->layers.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    for (const Collected& each : impl_->layers[i]->collected) {
      if (impl_->layers[i]->collectors[each.collector] != collector) continue;
      if (each.asked.empty()) {
        kept[i].emplace_back(each.entry, each.content);
      } else if (const std::optional<File> file = find(each.asked);
                 file && file->layer == i && file->entry_index == each.entry && file->entry != nullptr) {
        files.push_back({*file, each.content});
        files.back().file.path = each.asked;
      }
    }
  }
  for (NodeId id = 1; id < nodes.size(); ++id) {
    const Node& node = nodes[id];
    if (!node.alive || node.type != EntryType::file || kept[node.layer].empty()) continue;
    const auto& contents = kept[node.layer];
    const auto found = std::lower_bound(contents.begin(), contents.end(), node.entry,
                                        [](const auto& each, std::uint32_t entry) { return each.first < entry; });
    if (found == contents.end() || found->first != node.entry) continue;
    files.push_back({impl_->file(id), found->second});
    files.back().file.path = nodes.path_of(id);
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

Result<std::vector<std::vector<Wanted>>> FileTree::wanted(const std::vector<const Collector*>& collectors,
                                                          std::size_t limit) const {
  const Nodes& nodes = impl_->nodes;
  LinkSteps steps = nodes.size() * kMaxLinkStepsPerEntry + kMaxSymlinksFollowed * kMaxPathComponents;
  std::vector<std::set<std::tuple<std::uint32_t, std::uint32_t, std::string>>> found(impl_->layers.size());
  std::size_t count = 0;
  const auto add = [&](NodeId file, std::uint32_t collector, std::string_view path) -> Status {
    const bool added = found[nodes[file].layer].emplace(nodes[file].entry, collector, path).second;
    if (added && ++count > limit)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} files behind links", limit));
    return {};
  };
  // What links lead to. Links that lead nowhere, or in a circle, lead to nothing.
  const auto target = [&](std::string_view path) -> Result<NodeId> {
    Result<NodeId> id = impl_->find(path, steps);
    if (!id && id.error().code() == ErrorCode::malformed) return kNoNode;
    return id;
  };
  const auto is = [&](NodeId id, EntryType type) { return id != kNoNode && nodes[id].type == type; };
  const auto add_well_known = [&](std::uint32_t collector, std::string_view path) -> Status {
    if (!path.ends_with("/*")) {
      SUPPLY_TRY(const NodeId file, target(path));
      if (is(file, EntryType::file) && !impl_->offered(file, collector)) SUPPLY_TRY(add(file, collector, path));
      return {};
    }
    path.remove_suffix(1);
    SUPPLY_TRY(const NodeId folder, target(path.substr(0, path.size() - 1)));
    if (!is(folder, EntryType::folder)) return {};
    for (NodeId child = nodes[folder].first_child; child != kNoNode; child = nodes[child].next) {
      const std::string below = std::string(path) + std::string(nodes[child].name_view());
      SUPPLY_TRY(const NodeId file, target(below));
      if (!is(file, EntryType::file) || impl_->offered(file, collector)) continue;
      const Entry& entry = impl_->layers[nodes[file].layer]->entries[nodes[file].entry];
      if (collectors[collector]->open({below, entry.size, entry.mode}, {})) SUPPLY_TRY(add(file, collector, below));
    }
    return {};
  };

  for (std::uint32_t i = 0; i < collectors.size(); ++i) {
    for (const std::string_view path : collectors[i]->well_known_paths()) SUPPLY_TRY(add_well_known(i, path));
  }
  for (NodeId id = 1; id < nodes.size(); ++id) {
    const Node& node = nodes[id];
    if (!node.alive || !(node.type == EntryType::symlink || (node.linked && node.type == EntryType::file))) continue;
    const std::string path = nodes.path_of(id);
    SUPPLY_TRY(const NodeId file, target(path));
    if (is(file, EntryType::folder)) {
      for (std::uint32_t i = 0; i < collectors.size(); ++i)
        for (const std::string_view name : collectors[i]->names_below(path))
          SUPPLY_TRY(add_well_known(i, path + "/" + std::string(name)));
      continue;
    }
    if (!is(file, EntryType::file)) continue;
    const Entry& entry = impl_->layers[nodes[file].layer]->entries[nodes[file].entry];
    for (std::uint32_t i = 0; i < collectors.size(); ++i)
      if (!impl_->offered(file, i) && collectors[i]->open({path, entry.size, entry.mode}, {}))
        SUPPLY_TRY(add(file, i, path));
  }
  std::vector<std::vector<Wanted>> wanted(found.size());
  for (std::size_t layer = 0; layer < found.size(); ++layer)
    for (const auto& [entry, collector, path] : found[layer]) wanted[layer].push_back({entry, collector, path});
  return wanted;
}

}  // namespace supply::rootfs
