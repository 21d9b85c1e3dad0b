#include "libsupply/content/catalog/internal/introduced.hpp"

#include <deque>
#include <map>
#include <tuple>
#include <unordered_map>

#include "libsupply/base/parallel/parallel.hpp"
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

  /// Asks for a list; read() then reads all that were asked for, beside each other.
  Status want(const Cataloger& cataloger, std::string_view path, std::string_view content) {
    const auto [found, added] = by_address_.try_emplace({&cataloger, content.data()}, lists_.size());
    if (!added) return {};
    for (std::size_t i = 0; i < lists_.size(); ++i) {
      SUPPLY_TRY(context_.share.spend(Cost::steps, 1 + content.size() / kBytesPerStep));
      const List& list = lists_[i];
      if (list.cataloger != &cataloger || list.path != path || list.content != content) continue;
      found->second = i;
      return {};
    }
    lists_.push_back({&cataloger, path, content, Share(context_.share.budget()), std::nullopt});
    return {};
  }

  Status read() {
    return parallel_for(lists_.size(), 0, [this](std::size_t i) -> Status {
      List& list = lists_[i];
      const Context own{context_.tree, context_.layers, context_.distribution, list.share, context_.env};
      auto purls = list.cataloger->listed(own, list.path, list.content);
      if (!purls && purls.error().code() == ErrorCode::limit_exceeded) return std::move(purls).error();
      if (!purls) return {};
      for (const std::string& each : *purls) SUPPLY_TRY(list.share.spend(Cost::memory, kSetNodeBytes + each.size()));
      list.purls = *std::move(purls);
      return {};
    });
  }

  There has(const Cataloger& cataloger, std::string_view content, const std::string& purl) const {
    const auto& purls = lists_[by_address_.at({&cataloger, content.data()})].purls;
    if (!purls) return There::unknown;
    return purls->contains(purl) ? There::yes : There::no;
  }

 private:
  struct List {
    const Cataloger* cataloger;
    std::string_view path, content;
    Share share;
    std::optional<std::set<std::string>> purls;  // nothing where the content cannot be read
  };

  static constexpr std::size_t kBytesPerStep = 256, kSetNodeBytes = 64;
  const Context& context_;
  std::map<std::pair<const Cataloger*, const char*>, std::size_t> by_address_;  // contents are the scans' own
  std::deque<List> lists_;
};

const Cataloger* cataloger_of(const pkg::Package& package) {
  for (const Cataloger* each : all_catalogers())
    if (each->name == package.cataloger) return each;
  return nullptr;
}

// The database that a state of a file is, where it says more than that of `top`. A database is kept by one collector,
// which is named like its cataloger.
std::optional<std::string_view> database_of(const Cataloger* cataloger, const State& state, const State& top) {
  if (cataloger == nullptr || cataloger->listed == nullptr || state.kept == top.kept) return std::nullopt;
  for (const auto& [collector, content] : state.kept)
    if (collector == cataloger->name) return content;
  return std::nullopt;
}

There was_there(const Lists& lists, const Cataloger* cataloger, const State& state, const State& top,
                const std::string& purl, bool alone) {
  if (state.kept.empty()) return There::unknown;
  if (state.kept == top.kept) return There::yes;
  if (const auto database = database_of(cataloger, state, top)) return lists.has(*cataloger, *database, purl);
  // Of a file with several packages nobody knows which of them differ.
  return alone ? There::no : There::unknown;
}

// What the tree has at a package's location, when the layer of that file has something there.
const State* known_top(const History& history) {
  if (history.states.empty()) return nullptr;
  const State& top = history.states.back();
  return top.layer == history.top && top.there ? &top : nullptr;
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
  const auto history_of = [&](const pkg::Package& package) -> const std::pair<const std::string, History>* {
    const auto path = paths.find(package.location.substr(0, package.location.find("!/")));
    return path == paths.end() ? nullptr : &*histories.find(path->second);
  };
  Lists lists(context);
  for (const pkg::Package& package : catalog.packages) {
    const auto* const found = history_of(package);
    const State* const top = found == nullptr ? nullptr : known_top(found->second);
    if (top == nullptr) continue;
    const Cataloger* const cataloger = cataloger_of(package);
    for (const State* state = found->second.states.data(); state != top; ++state)
      if (const auto database = database_of(cataloger, *state, *top))
        SUPPLY_TRY(lists.want(*cataloger, found->first, *database));
  }
  SUPPLY_TRY(lists.read());
  for (pkg::Package& package : catalog.packages) {
    const auto* const found = history_of(package);
    if (found == nullptr) continue;
    const History& history = found->second;
    std::optional<std::uint32_t> since;
    const State* const top = known_top(history);
    const bool known = top != nullptr;
    const std::string purl = known && history.states.size() > 1 ? package.purl.to_string() : std::string();
    const Cataloger* cataloger = cataloger_of(package);
    if (known) since = history.top;
    for (std::size_t i = history.states.size(); known && i-- > 1;) {
      if (history.states[i].removed) break;
      const State& before = history.states[i - 1];
      SUPPLY_TRY(context.share.spend(Cost::steps, 10));
      if (!before.there) break;  // removed, and nothing new: what follows brought it
      const There there = was_there(lists, cataloger, before, *top, purl, history.packages == 1);
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
