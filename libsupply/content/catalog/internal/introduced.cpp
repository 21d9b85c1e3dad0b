#include "libsupply/content/catalog/internal/introduced.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
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

// The paths of `histories` by each directory above them and by themselves: what a whiteout may remove. Most entries of
// a layer are none of them.
class Below {
 public:
  std::set<std::string_view> names;  // the last components of the paths

  void add(std::string_view path, History* history) {
    ends_[end_of(path)] = true;
    by_path_[path].push_back(history);
  }
  /// Those below a path or at it; nullptr: none.
  const std::vector<History*>* find(std::string_view path) const {
    if (!ends_[end_of(path)]) return nullptr;
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? nullptr : &found->second;
  }

 private:
  static constexpr std::size_t kEnds = 1 << 16;

  // Of the length and the last bytes: it says no for most paths, and costs next to nothing.
  static std::size_t end_of(std::string_view path) {
    std::uint64_t last = 0;
    const std::size_t size = std::min(path.size(), sizeof last);
    if (size != 0) std::memcpy(&last, path.data() + path.size() - size, size);
    return ((last ^ path.size()) * 0x9E3779B97F4A7C15U) >> 48;
  }

  std::vector<bool> ends_ = std::vector<bool>(kEnds);
  std::unordered_map<std::string_view, std::vector<History*>> by_path_;
};

Status index(const Context& context, Histories& histories, Below& below) {
  for (auto& [path, history] : histories) {
    std::string_view at = path;
    below.names.insert(base_name(at));
    for (;; at = directory_of(at)) {
      SUPPLY_TRY(context.share.spend(Cost::memory, sizeof(History*) + sizeof(std::string_view)));
      SUPPLY_TRY(context.share.spend(Cost::steps, 1));
      below.add(at, &history);
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
  const std::vector<History*>* const found = below.find(removed);
  if (found == nullptr) return {};
  SUPPLY_TRY(context.share.spend(Cost::steps, found->size()));
  for (History* history : *found)
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
    if (entry.type == rootfs::EntryType::global_header) continue;
    if (base_name(entry.path).starts_with(kWhiteout)) {
      SUPPLY_TRY(take_whiteout(context, below, entry.path, layer));
      continue;
    }
    const std::vector<History*>* const found = below.find(entry.path);
    if (found == nullptr) continue;
    const auto whole = histories.find(entry.path);
    History* const itself = whole == histories.end() ? nullptr : &whole->second;
    if (itself != nullptr && layer <= itself->top) there.emplace_back(at, itself);
    if (entry.type == rootfs::EntryType::directory) continue;
    // A file or link in the place of a directory above removes what was below it.
    SUPPLY_TRY(context.share.spend(Cost::steps, found->size()));
    for (History* history : *found)
      if (history != itself && layer <= history->top) state_in(*history, layer).removed = true;
  }
  // The last entry of a path counts.
  std::map<History*, std::uint32_t> last;
  for (const auto& [entry, history] : there) last[history] = entry;
  // What was kept under a name that leads there through links.
  for (const rootfs::Collected& each : scan.collected) {
    const std::string_view path = scan.entries[each.entry].path;
    if (!each.requested_path.empty() || below.find(path) != nullptr || !below.names.contains(base_name(path))) continue;
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
      if (list.content == kOverLimit) return {};
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

// Where a package is from: the history of its file, and who read it. Either may be nullptr.
struct From {
  Histories::value_type* history = nullptr;
  const Cataloger* cataloger = nullptr;
};

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
  std::map<std::string_view, const Cataloger*> catalogers;
  for (const Cataloger* each : all_catalogers()) catalogers.emplace(each->name, each);
  Histories histories;
  std::map<std::string, Histories::value_type*, std::less<>> places;  // by location
  std::vector<From> from;                                             // by package
  from.reserve(catalog.packages.size());
  for (const pkg::Package& package : catalog.packages) {
    const auto cataloger = catalogers.find(package.cataloger);
    from.push_back({nullptr, cataloger == catalogers.end() ? nullptr : cataloger->second});
    const std::string_view location = std::string_view(package.location).substr(0, package.location.find("!/"));
    auto place = places.find(location);
    if (place == places.end()) {
      SUPPLY_TRY(auto file, context.find(location));
      if (!file || file->entry == nullptr) continue;
      SUPPLY_TRY(context.share.spend(Cost::memory, 4 * (sizeof file->path + location.size())));
      const auto history = histories.try_emplace(std::move(file->path)).first;
      history->second.top = file->layer;
      place = places.emplace(std::string(location), &*history).first;
    }
    from.back().history = place->second;
    ++place->second->second.packages;
  }
  Below below;
  SUPPLY_TRY(index(context, histories, below));
  for (std::uint32_t layer = 0; layer < context.tree.layers().size(); ++layer)
    SUPPLY_TRY(read_layer(context, layer, histories, below));
  Lists lists(context);
  for (const From& each : from) {
    const State* const top = each.history == nullptr ? nullptr : known_top(each.history->second);
    if (top == nullptr) continue;
    for (const State* state = each.history->second.states.data(); state != top; ++state)
      if (const auto database = database_of(each.cataloger, *state, *top))
        SUPPLY_TRY(lists.want(*each.cataloger, each.history->first, *database));
  }
  SUPPLY_TRY(lists.read());
  for (std::size_t at = 0; at < from.size(); ++at) {
    pkg::Package& package = catalog.packages[at];
    if (from[at].history == nullptr) continue;
    const History& history = from[at].history->second;
    std::optional<std::uint32_t> since;
    const State* const top = known_top(history);
    const bool known = top != nullptr;
    const std::string purl = known && history.states.size() > 1 ? package.purl.to_string() : std::string();
    if (known) since = history.top;
    for (std::size_t i = history.states.size(); known && i-- > 1;) {
      if (history.states[i].removed) break;
      const State& before = history.states[i - 1];
      SUPPLY_TRY(context.share.spend(Cost::steps, 10));
      if (!before.there) break;  // removed, and nothing new: what follows brought it
      const There there = was_there(lists, from[at].cataloger, before, *top, purl, history.packages == 1);
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
