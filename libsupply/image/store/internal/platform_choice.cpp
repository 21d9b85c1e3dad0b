#include "libsupply/image/store/internal/platform_choice.hpp"

#include <algorithm>

namespace supply::store::internal {
namespace {

using oci::Platform;

Platform made(const Platform& like, std::string architecture, std::string variant) {
  Platform platform;
  platform.os = like.os;
  platform.architecture = std::move(architecture);
  platform.variant = std::move(variant);
  return platform;
}

/// "v8.5", "v8"
std::string variant_of(int major, int minor) {
  return "v" + std::to_string(major) + (minor == 0 ? "" : "." + std::to_string(minor));
}

struct Version {
  int major = 0, minor = 0;
};

std::optional<Version> version_of(std::string_view variant) {
  if (variant.starts_with('v')) variant.remove_prefix(1);
  const auto digit = [&](std::size_t i) { return variant[i] >= '0' && variant[i] <= '9'; };
  if (variant.size() == 1 && digit(0)) return Version{variant[0] - '0', 0};
  if (variant.size() == 3 && digit(0) && variant[1] == '.' && digit(2))
    return Version{variant[0] - '0', variant[2] - '0'};
  return std::nullopt;
}

/// One runtime's way to choose.
struct Reader {
  std::vector<Platform> list;  ///< best first
  bool normalises = false;     ///< and so walks nested indexes; else entries without a platform come last
};

void add_arm(std::vector<Platform>& list, const Platform& wanted, const std::string& variant) {
  list.push_back(made(wanted, "arm", variant));
  const auto version = version_of(variant);
  for (int major = version ? version->major - 1 : 0; major >= 5; --major)
    list.push_back(made(wanted, "arm", variant_of(major, 0)));
}

/// containerd's list. Those before v1.7.14 (`old`) know no minor versions of arm64.
Reader containerd(const Platform& wanted, bool old) {
  std::vector<Platform> list{made(wanted, wanted.architecture, wanted.variant)};
  const auto version = version_of(wanted.variant.empty() && wanted.architecture == "arm64" ? "v8" : wanted.variant);
  if (wanted.architecture == "amd64") {
    for (int major = version ? version->major - 1 : 0; major >= 1; --major)
      list.push_back(made(wanted, "amd64", variant_of(major, 0)));
    list.push_back(made(wanted, "386", ""));
  } else if (wanted.architecture == "arm") {
    list.clear();
    add_arm(list, wanted, wanted.variant);
  } else if (wanted.architecture == "arm64") {
    if (!old && version && version->major >= 8) {
      int major = version->major, minor = version->minor;
      if (major == 9) {
        while (minor-- > 0) list.push_back(made(wanted, "arm64", variant_of(9, minor)));
        major = 8, minor = version->minor + 6;  // v9.x runs v8.(x + 5)
      }
      while (minor-- > 0) list.push_back(made(wanted, "arm64", variant_of(major, minor)));
    }
    const std::string& variant = wanted.variant;
    add_arm(list, wanted, variant.empty() || (!old && variant.find('.') != std::string::npos) ? "v8" : variant);
  }
  for (Platform& each : list) each = each.normalised();
  return {std::move(list), true};
}

/// The lists of containers/image, in its versions.
std::vector<Reader> containers(const Platform& wanted) {
  const auto reader = [&](const std::vector<std::string>& variants) {
    Reader made_reader;
    for (const std::string& variant : variants) made_reader.list.push_back(made(wanted, wanted.architecture, variant));
    return made_reader;
  };
  const auto from = [&](std::vector<std::string> order) {
    order.erase(order.begin(), std::find(order.begin(), order.end(), wanted.variant));
    order.emplace_back();
    return reader(order);
  };
  const std::vector<std::string> amd64{"v4", "v3", "v2"}, arm{"v8", "v7", "v6", "v5"};
  const auto is_in = [&](const auto& order) {
    return std::find(order.begin(), order.end(), wanted.variant) != order.end();
  };
  std::vector<Reader> all{reader({wanted.variant, ""})};
  if (wanted.architecture == "amd64" && is_in(amd64)) all.push_back(from(amd64));
  if (wanted.architecture == "amd64" && wanted.variant == "v1") all.push_back(reader({""}));
  if (wanted.architecture == "arm" && is_in(arm)) all.push_back(from(arm));
  if (wanted.architecture == "arm" && wanted.variant == "v8") all.push_back(reader({"v7", "v6", "v5", ""}));
  if (wanted.architecture == "arm64") all.push_back(reader({"v8", ""}));
  return all;
}

bool is_same(const Platform& a, const Platform& b) {
  return a.os == b.os && a.architecture == b.architecture && a.variant == b.variant;
}

/// A place in the reader's list.
std::optional<std::size_t> place(const Platform& platform, const Reader& reader) {
  Platform mine = reader.normalises ? platform.normalised() : platform;
  // An operating system that is not named is the machine's. Source: containerd platforms/database.go normalizeOS.
  if (reader.normalises && mine.os.empty()) mine.os = reader.list.front().os;
  if (reader.normalises && mine.architecture == "arm" && mine.variant.empty()) mine.variant = "v7";
  for (std::size_t i = 0; i < reader.list.size(); ++i)
    if (is_same(mine, reader.list[i])) return i;
  return std::nullopt;
}

/// Whether every containerd takes the entry for its platform, so that what is further down the list is not taken. A
/// nested index may hold nothing; features and versions of the operating system are asked for by some versions and
/// machines.
bool is_taken_by_all(const Choice& entry) {
  return !entry.is_index && entry.platform->os_features.empty() && entry.platform->os_version.empty();
}

/// Marks what this reader may take by the index's word.
void mark(const std::vector<Choice>& entries, const Reader& reader, std::vector<bool>& may_take) {
  std::vector<std::optional<std::size_t>> places(entries.size());
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].platform) continue;
    places[i] = place(*entries[i].platform, reader);
    const bool decides = !reader.normalises || is_taken_by_all(entries[i]);
    if (places[i] && decides && (!best || *places[i] < *best)) best = places[i];
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!places[i]) continue;
    // A nested index may hold what is better than it says itself.
    const bool may_be_best = reader.normalises && entries[i].is_index && best != std::size_t(0);
    if (!best || *places[i] <= *best || may_be_best) may_take[i] = true;
  }
  if (reader.normalises || best) return;
  // Of those without a platform: the first, and the first of each sort.
  bool zstd = false, plain = false;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].platform) continue;
    bool& seen = entries[i].is_zstd ? zstd : plain;
    if (!seen) may_take[i] = true;
    seen = true;
  }
}

/// 386 on amd64, arm on arm64, where the index or the config says so.
bool stands_in(const Platform& platform, const Platform& wanted) {
  const Platform mine = platform.normalised();
  if (!mine.os.empty() && mine.os != "unknown" && mine.os != wanted.os) return false;
  return (mine.architecture == "386" && wanted.architecture == "amd64") ||
         (mine.architecture == "arm" && wanted.architecture == "arm64");
}

}  // namespace

std::vector<Taken> taken(const std::vector<Choice>& entries, const Platform& asked) {
  const Platform wanted = asked.normalised();
  std::vector<Reader> readers;
  if (asked.variant.empty()) {
    // On every machine, what is for the architecture's least variant comes before what stands in for it.
    std::vector<std::string> least{""};
    if (wanted.architecture == "arm64") least.emplace_back("v8");
    if (wanted.architecture == "arm") least.emplace_back("v5");
    Reader spelled;
    for (const std::string& variant : least) spelled.list.push_back(made(wanted, wanted.architecture, variant));
    readers = {std::move(spelled), containerd(wanted, false)};
  } else {
    // As it is asked for: containers/image normalises nothing.
    Platform spelled = asked;
    spelled.os = wanted.os, spelled.architecture = wanted.architecture;
    readers = containers(spelled);
    readers.push_back(containerd(wanted, false));
    readers.push_back(containerd(wanted, true));
  }
  std::vector<bool> may_take(entries.size());
  for (const Reader& reader : readers) mark(entries, reader, may_take);
  const Reader fewest = containerd(wanted, true);
  const auto is_listed = [&](const Choice& each) { return each.platform && place(*each.platform, fewest).has_value(); };
  if (wanted.architecture == "arm" && std::none_of(entries.begin(), entries.end(), is_listed))
    for (std::size_t i = 0; i < entries.size(); ++i)  // Docker's own store
      if (const auto& platform = entries[i].platform; platform && platform->normalised().architecture == "arm")
        may_take[i] = may_take[i] || platform->os == wanted.os;

  std::vector<Taken> all;
  // containerd asks the configs of entries without a platform only where nothing better is there.
  const bool runs = std::any_of(entries.begin(), entries.end(), [&](const Choice& each) {
    return is_listed(each) && is_taken_by_all(each) && each.platform->normalised().architecture == wanted.architecture;
  });
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Choice& entry = entries[i];
    const std::optional<Platform>& said = entry.platform ? entry.platform : entry.config;
    const bool serves = !said || !said->runnable() || said->may_serve(asked);
    const bool is_silent_index = !entry.platform && entry.is_index;
    // Where no variant was asked for, or the two cannot be compared, what may serve is taken.
    const bool whatever_variant = serves && (!entry.platform || asked.variant.empty() || !said->rank(asked));
    const bool config_stands_in = !entry.platform && said && !runs && stands_in(*said, wanted);
    if (!may_take[i] && !is_silent_index && !whatever_variant && !config_stands_in) all.push_back(Taken::no);
    else all.push_back(serves ? Taken::for_it : Taken::instead);
  }
  return all;
}

}  // namespace supply::store::internal
