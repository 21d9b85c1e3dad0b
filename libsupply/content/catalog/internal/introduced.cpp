#include "libsupply/content/catalog/internal/introduced.hpp"

#include <map>
#include <tuple>
#include <unordered_map>

#include "libsupply/base/path/path.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kWhiteout = ".wh.", kOpaque = ".wh..wh..opq";

// What one layer has at a file's path.
struct State {
  std::uint32_t layer = 0;
  bool removed = false;  // what was below it; it may have a new one
  bool there = false;    // it has something under that path
  // What the collectors kept of it, by their names; of nothing that was kept nobody knows what it says.
  std::vector<std::pair<std::string_view, std::string_view>> kept;
};

struct History {
  std::uint32_t top = 0;      // the layer of the file that the tree has
  std::size_t packages = 0;   // that were read from it
  std::vector<State> states;  // of the layers up to that one, lowest first
};

using Histories = std::map<std::string, History, std::less<>>;  // by path

// The state in a layer, made where there is none yet: layers come in their order.
State& state_in(History& history, std::uint32_t layer) {
  if (history.states.empty() || history.states.back().layer != layer)
    history.states.push_back({layer, false, false, {}});
  return history.states.back();
}

// The paths of `histories` by each directory above them and by themselves: what a whiteout may remove.
struct Below : std::unordered_map<std::string_view, std::vector<History*>> {
  std::set<std::string_view> names;  // the last components of the paths
};

Status index(const Context& context, Histories& histories, Below& below) {
  for (auto& [path, history] : histories) {
    std::string_view at = path;
    below.names.insert(base_name(at));
    for (;; at = directory_of(at)) {
      SUPPLY_TRY(context.share.spend(Cost::memory, sizeof(History*) + sizeof(std::string_view)));
      SUPPLY_TRY(context.share.spend(Cost::steps, 1));
      below[at].push_back(&history);
      if (at.empty()) break;
    }
  }
  return {};
}

// A whiteout of an entry's name.
Status take_whiteout(const Context& context, const Below& below, std::string_view path, std::uint32_t layer) {
  const std::string_view name = base_name(path), directory = directory_of(path);
  std::string removed(directory);
  if (name != kOpaque) {
    if (!removed.empty()) removed += '/';
    removed += name.substr(kWhiteout.size());
  }
  const auto found = below.find(removed);
  if (found == below.end()) return {};
  SUPPLY_TRY(context.share.spend(Cost::steps, found->second.size()));
  for (History* history : found->second)
    if (layer <= history->top) state_in(*history, layer).removed = true;
  return {};
}

Status read_layer(const Context& context, std::uint32_t layer, Histories& histories, const Below& below) {
  const rootfs::LayerScan& scan = *context.tree.layers()[layer];
  SUPPLY_TRY(context.share.spend(Cost::steps, scan.entries.size() / 4));
  std::unordered_map<std::uint32_t, State*> by_entry;
  std::vector<std::pair<std::uint32_t, History*>> there;
  std::uint32_t index = 0;
  for (const rootfs::Entry& entry : scan.entries) {
    const std::uint32_t at = index++;
    const std::string_view name = base_name(entry.path);
    if (entry.type == rootfs::EntryType::global_header) continue;
    if (name.starts_with(kWhiteout)) {
      SUPPLY_TRY(take_whiteout(context, below, entry.path, layer));
      continue;
    }
    const auto found = below.find(entry.path);
    if (found == below.end()) continue;
    const bool is_directory = entry.type == rootfs::EntryType::directory;
    for (History* history : found->second) {
      // A file or link in the place of a directory above removes what was below it.
      const auto whole = histories.find(entry.path);
      const bool itself = whole != histories.end() && &whole->second == history;
      if (layer > history->top || (is_directory && !itself)) continue;
      if (itself) {
        there.emplace_back(at, history);
      } else {
        state_in(*history, layer).removed = true;
      }
    }
  }
  // The last entry of a path counts.
  std::map<History*, std::uint32_t> last;
  for (const auto& [entry, history] : there) last[history] = entry;
  // What was kept under a name that leads there through links.
  for (const rootfs::Collected& each : scan.collected) {
    const std::string_view path = scan.entries[each.entry].path;
    if (!each.requested_path.empty() || below.contains(path) || !below.names.contains(base_name(path))) continue;
    SUPPLY_TRY(const auto file, context.find(path));
    const auto history = file ? histories.find(file->path) : histories.end();
    if (history != histories.end() && layer <= history->second.top) last[&history->second] = each.entry;
  }
  for (const auto& [history, entry] : last) state_in(*history, layer).there = true;
  for (const auto& [history, entry] : last) by_entry[entry] = &history->states.back();
  for (const rootfs::Collected& each : scan.collected) {
    const auto found = by_entry.find(each.entry);
    if (found == by_entry.end() || !each.requested_path.empty()) continue;
    SUPPLY_TRY(context.share.spend(Cost::memory, sizeof found->second->kept[0]));
    found->second->kept.emplace_back(scan.collectors[each.collector], each.content);
  }
  return {};
}

// Whether a package was there in a layer's state of its file, as far as anything says.
enum class There { no, yes, unknown };

// The lists of databases, each distinct content once.
class Lists {
 public:
  explicit Lists(const Context& context) : context_(context) {}

  Result<There> has(const Cataloger& cataloger, std::string_view path, std::string_view content,
                    const std::string& purl) {
    const auto key = std::pair(&cataloger, content.data());
    auto found = by_address_.find(key);
    if (found == by_address_.end()) {
      SUPPLY_TRY(const std::size_t list, index_of(cataloger, path, content));
      found = by_address_.emplace(key, list).first;
    }
    const auto& list = lists_[found->second].purls;
    if (!list) return There::unknown;
    return list->contains(purl) ? There::yes : There::no;
  }

 private:
  struct List {
    const Cataloger* cataloger;
    std::string_view path, content;
    std::optional<std::set<std::string>> purls;  // nothing where the content cannot be read
  };

  Result<std::size_t> index_of(const Cataloger& cataloger, std::string_view path, std::string_view content) {
    for (std::size_t i = 0; i < lists_.size(); ++i) {
      SUPPLY_TRY(context_.share.spend(Cost::steps, 1 + content.size() / kBytesPerStep));
      if (lists_[i].cataloger == &cataloger && lists_[i].path == path && lists_[i].content == content) return i;
    }
    auto purls = cataloger.listed(context_, path, content);
    if (!purls && purls.error().code() == ErrorCode::limit_exceeded) return std::move(purls).error();
    List list{&cataloger, path, content, std::nullopt};
    if (purls) list.purls = *std::move(purls);
    if (list.purls)
      for (const std::string& each : *list.purls)
        SUPPLY_TRY(context_.share.spend(Cost::memory, kSetNodeBytes + each.size()));
    lists_.push_back(std::move(list));
    return lists_.size() - 1;
  }

  static constexpr std::size_t kBytesPerStep = 256, kSetNodeBytes = 64;
  const Context& context_;
  std::map<std::pair<const Cataloger*, const char*>, std::size_t> by_address_;  // contents are the scans' own
  std::vector<List> lists_;
};

const Cataloger* cataloger_of(const pkg::Package& package) {
  for (const Cataloger* each : all_catalogers())
    if (each->name == package.cataloger) return each;
  return nullptr;
}

Result<There> was_there(Lists& lists, const Cataloger* cataloger, const std::string& path, const State& state,
                        const State& top, const std::string& purl, bool alone) {
  if (state.kept.empty()) return There::unknown;
  if (state.kept == top.kept) return There::yes;
  // A database is kept by one collector, which is named like its cataloger.
  if (cataloger != nullptr && cataloger->listed != nullptr)
    for (const auto& [collector, content] : state.kept)
      if (collector == cataloger->name) return lists.has(*cataloger, path, content, purl);
  // Of a file with several packages nobody knows which of them differ.
  return alone ? There::no : There::unknown;
}

}  // namespace

Status add_introduced(const Context& context, pkg::Inventory& catalog) {
  Histories histories;
  std::map<std::string, std::string> paths;  // of locations: what the tree has there
  for (const pkg::Package& package : catalog.packages) {
    std::string location = package.location.substr(0, package.location.find("!/"));
    if (const auto path = paths.find(location); path != paths.end()) {
      ++histories[path->second].packages;
      continue;
    }
    SUPPLY_TRY(const auto file, context.find(location));
    if (!file || file->entry == nullptr) continue;
    SUPPLY_TRY(context.share.spend(Cost::memory, 4 * (sizeof location + location.size())));
    History& history = histories[file->path];
    history.top = file->layer;
    ++history.packages;
    paths.emplace(std::move(location), file->path);
  }
  Below below;
  SUPPLY_TRY(index(context, histories, below));
  for (std::uint32_t layer = 0; layer < context.tree.layers().size(); ++layer)
    SUPPLY_TRY(read_layer(context, layer, histories, below));
  Lists lists(context);
  for (pkg::Package& package : catalog.packages) {
    const auto path = paths.find(package.location.substr(0, package.location.find("!/")));
    if (path == paths.end()) continue;
    const History& history = histories.find(path->second)->second;
    std::optional<std::uint32_t> since;
    const State* top = history.states.empty() ? nullptr : &history.states.back();
    const bool known = top != nullptr && top->layer == history.top && top->there;
    const std::string purl = known && history.states.size() > 1 ? package.purl.to_string() : std::string();
    const Cataloger* cataloger = cataloger_of(package);
    if (known) since = history.top;
    for (std::size_t i = history.states.size(); known && i-- > 1;) {
      if (history.states[i].removed) break;
      const State& before = history.states[i - 1];
      SUPPLY_TRY(context.share.spend(Cost::steps, 10));
      if (!before.there) break;  // removed, and nothing new: what follows brought it
      SUPPLY_TRY(const There there,
                 was_there(lists, cataloger, path->second, before, *top, purl, history.packages == 1));
      if (there == There::no) break;
      if (there == There::unknown) {
        since = std::nullopt;
        break;
      }
      since = before.layer;
    }
    package.introduced = since;
  }
  return {};
}

}  // namespace supply::catalog
