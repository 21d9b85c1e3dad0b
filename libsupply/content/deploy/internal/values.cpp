#include "libsupply/content/deploy/internal/values.hpp"

#include <algorithm>
#include <charconv>

#include "libsupply/base/text/text.hpp"

namespace supply::deploy {

using yaml::Node;

Location Values::place_of_member(const Node& parent, std::string_view key) const {
  const yaml::Member* member = parent.member(key);
  if (member == nullptr) return place(parent);
  return member->value.is_scalar() && !member->value.is_null() ? place(member->value) : place(*member);
}

std::string Values::unset(const Node& node) const {
  if (unset_ == nullptr) return "";
  const auto found = unset_->find({node.file, node.begin.line, node.begin.column});
  return found == unset_->end() ? "" : found->second;
}

Text Values::text(const Node* node) const {
  if (node == nullptr || !node->is_scalar()) return {};
  if (node->is_null()) {
    if (node->tag != "!reset") return {};
    return {"", place(*node), "", true};
  }
  Text text{node->text, place(*node), unset(*node)};
  const auto below = static_cast<std::uint32_t>(std::count(node->text.begin(), node->text.end(), '\n'));
  text.block = below > 0 && node->end.line >= node->begin.line + below;
  return text;
}

Text Values::removal(const Node* node) const {
  if (node == nullptr) return {};
  const bool is_empty = !node->is_scalar() && node->items.empty() && node->members.empty();
  if (node->tag != "!reset" && node->tag != "!override" && !is_empty) return {};
  return {"", place(*node), "", true};
}

Flag Values::flag(const Node* node) const {
  if (node == nullptr) return {};
  if (node->is_null()) return {Flag::Value::nothing, node->tag == "!reset" ? place(*node) : Location{}, ""};
  Flag flag{Flag::Value::unclear, place(*node), node->text};
  if (!unset(*node).empty()) return flag;
  const std::string word = to_lower(node->text);
  if (node->kind == Node::Kind::boolean) flag.value = node->flag ? Flag::Value::yes : Flag::Value::no;
  else if (word == "true" || word == "yes" || word == "on" || word == "y") flag.value = Flag::Value::yes;
  else if (word == "false" || word == "no" || word == "off" || word == "n") flag.value = Flag::Value::no;
  return flag;
}

std::vector<Text> Values::texts(const Node* node) const {
  std::vector<Text> all;
  if (node == nullptr) return all;
  if (node->is_scalar() && !node->is_null()) all.push_back(text(node));
  for (const Node& item : node->items)
    if (item.is_scalar() && !item.is_null()) all.push_back(text(&item));
  return all;
}

namespace {

// Seconds of "1m30s", "90", "24h"; what is no duration is 0, the engine's default.
std::int64_t seconds_of(const std::string& text) {
  if (const auto number = whole_number(text); number) return std::max<std::int64_t>(0, *number);
  double all = 0, number = 0, scale = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      number = scale == 0 ? number * 10 + (c - '0') : number + (c - '0') * scale;
      if (scale != 0) scale /= 10;
      continue;
    }
    if (c == '.') {
      scale = 0.1;
      continue;
    }
    const bool small = c != 'm' || text.substr(i, 2) == "ms";  // h, s, and what is below a second
    const double unit = c == 'h' ? 3600 : c == 'd' ? 86400 : c == 'w' ? 604800 : c == 's' ? 1 : small ? 0 : 60;
    all += number * unit;
    number = scale = 0;
    if (unit == 0 && text.substr(i, 2).ends_with('s')) ++i;
  }
  return static_cast<std::int64_t>(std::min(all, 1e12));
}

}  // namespace

CheckTime check_time(std::string what, const CheckSettings& settings, const Values& values) {
  const auto text = [&](const yaml::Node* node) { return values.text(node); };
  constexpr std::int64_t kMost = 1'000'000'000;
  const std::int64_t start = seconds_of(text(settings.start).value);
  std::int64_t interval = seconds_of(text(settings.interval).value), tries = seconds_of(text(settings.tries).value);
  const std::int64_t timeout = std::min(seconds_of(text(settings.timeout).value), kMost);
  if (interval == 0) interval = settings.interval_default;
  if (tries == 0) tries = 3;
  interval = std::min(interval, kMost);
  tries = std::min(tries, kMost);
  CheckTime time{std::move(what), {}, {}, start + (interval + timeout) * tries};
  // What takes the most of it is where it is found.
  const yaml::Node* most = settings.start;
  const char* name = settings.start_name;
  if (start <= (interval + timeout) * tries) {
    const bool by_time = std::max(interval, timeout) / settings.interval_default >= tries / 3;
    most = !by_time ? settings.tries : timeout > interval ? settings.timeout : settings.interval;
    name = !by_time ? settings.tries_name : timeout > interval ? settings.timeout_name : settings.interval_name;
  }
  time.place = text(most).place;
  time.found = std::string(name) + " " + text(most).value;
  return time;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [at, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || at != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::vector<std::string> command_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quoted = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted != '\0' && c == quoted) {
      quoted = '\0';
    } else if (c == '\\' && quoted != '\'' && i + 1 < line.size()) {
      word += line[++i];
      open = true;
    } else if (quoted == '\0' && (c == '"' || c == '\'')) {
      quoted = c;
      open = true;
    } else if (quoted == '\0' && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      if (open) words.push_back(std::move(word));
      word.clear();
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(std::move(word));
  return words;
}

bool runs_shell(const std::vector<Text>& words) {
  // A wrapper may come before the shell: env, tini --, dumb-init, exec.
  for (std::size_t i = 0; i + 1 < words.size() && i < 6; ++i) {
    std::string_view name = words[i].value;
    name.remove_prefix(std::min(name.rfind('/') + 1, name.size()));
    const bool shell = name == "sh" || name == "bash" || name == "ash" || name == "dash" || name == "zsh" ||
                       name == "ksh" || name == "busybox" || name == "pwsh" || name == "cmd";
    if (!shell) continue;
    for (std::size_t k = i + 1; k < words.size(); ++k) {
      const std::string& option = words[k].value;
      if (option == "sh" || option == "ash") continue;
      if (option.size() > 1 && option.front() == '-' && option[1] != '-' && option.find('c') != std::string::npos)
        return true;
      if (!option.starts_with('-') && !option.starts_with('+')) break;
    }
  }
  return false;
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> port_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = whole_number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : whole_number(text.substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first || *last > 65535) return std::nullopt;
  return std::pair{static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*last)};
}

}  // namespace supply::deploy
