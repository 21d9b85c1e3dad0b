#include "libsupply/verdict/policy/internal/policy_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "libsupply/base/text/text.hpp"

namespace supply::policy {

namespace {

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t kept = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = kept;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t kLongestWord = 64;
  if (word.size() > kLongestWord) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    if (const std::size_t d = distance(word, candidate); d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

std::string unknown(std::string_view what, std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(name, known);
  return fmt::format("unknown {} {}{}", what, quote(name),
                     near.empty() ? "" : fmt::format("; did you mean {}?", quote(near)));
}

PolicyNode::PolicyNode(const yaml::Document& document) : PolicyNode(document, document.root(), "", "") {}
PolicyNode::PolicyNode(const yaml::Document& document, const nlohmann::json& value, std::string pointer,
                       std::string path)
    : document_(&document), value_(&value), pointer_(std::move(pointer)), path_(std::move(path)) {}

PolicyNode PolicyNode::child(std::string_view key, const nlohmann::json& value) const {
  return {*document_, value, pointer_ + "/" + yaml::pointer_step(key),
          path_.empty() ? std::string(key) : path_ + "." + std::string(key)};
}

Error PolicyNode::error(std::string_view message) const {
  const std::size_t line = document_->line_of(pointer_), column = document_->column_of(pointer_);
  return {ErrorCode::usage,
          fmt::format("line {}, column {}: {}{}{}", line, column, path_, path_.empty() ? "" : ": ", message)};
}

Status PolicyNode::only(std::initializer_list<std::string_view> known) const {
  return only(std::vector<std::string_view>(known));
}

Status PolicyNode::only(const std::vector<std::string_view>& known) const {
  if (!value_->is_object()) return error("want a mapping");
  for (const auto& [key, value] : value_->items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string_view near = nearest(key, known);
    const PolicyNode there(*document_, value, pointer_ + "/" + yaml::pointer_step(key), path_);
    if (!near.empty()) return there.error(fmt::format("unknown member {}; did you mean \"{}\"?", quote(key), near));
    return there.error(fmt::format("unknown member {}; known are {}", quote(key), fmt::join(known, ", ")));
  }
  return {};
}

std::optional<PolicyNode> PolicyNode::find(std::string_view key) const {
  if (!value_->is_object()) return std::nullopt;
  const auto at = value_->find(std::string(key));
  if (at == value_->end()) return std::nullopt;
  return child(key, *at);
}

Result<PolicyNode> PolicyNode::require(std::string_view key) const {
  if (auto found = find(key)) return *found;
  return error(fmt::format("missing member \"{}\"", key));
}

Result<std::vector<std::pair<std::string, PolicyNode>>> PolicyNode::members() const {
  if (!value_->is_object() || value_->empty()) return error("want a mapping with at least one member");
  std::vector<std::pair<std::string, PolicyNode>> all;
  for (const auto& [key, value] : value_->items()) all.emplace_back(key, child(key, value));
  return all;
}

Result<std::vector<PolicyNode>> PolicyNode::list() const {
  if (!value_->is_array()) return error("want a list");
  std::vector<PolicyNode> all;
  for (std::size_t i = 0; i < value_->size(); ++i) {
    const std::string index = std::to_string(i);
    all.push_back(PolicyNode(*document_, (*value_)[i], pointer_ + "/" + index, path_ + "[" + index + "]"));
  }
  return all;
}

Result<std::string> PolicyNode::text() const {
  if (value_->is_number() || value_->is_boolean()) return error("want a text: put it in quotes");
  if (!value_->is_string()) return error("want a text");
  const auto& text = value_->get_ref<const std::string&>();
  if (trim(text).empty()) return error("want a text that is not empty");
  return text;
}

Result<std::vector<std::string>> PolicyNode::texts() const {
  SUPPLY_TRY(const std::vector<PolicyNode> nodes, text_nodes());
  std::vector<std::string> all;
  for (const PolicyNode& node : nodes) all.push_back(node.value_->get<std::string>());
  return all;
}

Result<std::vector<PolicyNode>> PolicyNode::set(const PolicyNode& node) const {
  SUPPLY_TRY(node.only({"set"}));
  SUPPLY_TRY(const PolicyNode named, node.require("set"));
  SUPPLY_TRY(const std::string name, named.text());
  const PolicyNode root(*document_);
  const auto sets = root.find("sets");
  const auto found = sets ? sets->find(name) : std::nullopt;
  if (!found) {
    std::vector<std::string_view> known;
    if (sets && sets->value_->is_object())
      for (const auto& [key, value] : sets->value_->items()) known.push_back(key);
    return named.error(unknown("set", name, known));
  }
  SUPPLY_TRY(const std::vector<PolicyNode> nodes, found->list());
  for (const PolicyNode& each : nodes)
    if (each.is_mapping()) return each.error("a set holds texts, and no other set");
  return nodes;
}

Result<std::vector<PolicyNode>> PolicyNode::text_nodes() const {
  SUPPLY_TRY(const std::vector<PolicyNode> items, list());
  std::vector<PolicyNode> nodes;
  for (const PolicyNode& item : items) {
    if (!item.is_mapping()) {
      nodes.push_back(item);
      continue;
    }
    SUPPLY_TRY(const std::vector<PolicyNode> some, set(item));
    nodes.insert(nodes.end(), some.begin(), some.end());
  }
  if (nodes.empty()) return error("an empty list");
  std::set<std::string> seen;
  for (const PolicyNode& node : nodes) {
    SUPPLY_TRY(const std::string text, node.text());
    if (!seen.insert(text).second) return node.error(fmt::format("{} stands there twice", quote(text)));
  }
  return nodes;
}

Result<std::string> PolicyNode::word(std::initializer_list<std::string_view> known) const {
  SUPPLY_TRY(std::string said, text());
  if (std::find(known.begin(), known.end(), said) != known.end()) return said;
  return error(fmt::format("want {}", fmt::join(known, " or ")));
}

bool PolicyNode::is_mapping() const { return value_->is_object(); }

Result<std::chrono::seconds> PolicyNode::duration() const {
  constexpr std::uint64_t kHundredYears = 36'525ull * 86'400;
  SUPPLY_TRY(const std::string said, text());
  std::uint64_t count = 0;
  const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(said.data() + said.size() - end));
  const std::uint64_t seconds = unit == "d" ? 86'400 : unit == "h" ? 3'600 : unit == "m" ? 60 : unit == "s" ? 1 : 0;
  if (failed != std::errc{} || seconds == 0 || count == 0 || count > kHundredYears / seconds)
    return error("want a duration: a number and d, h, m or s, as in 30d or 12h");
  return std::chrono::seconds(count * seconds);
}

Result<Time> PolicyNode::time() const {
  SUPPLY_TRY(std::string moment, text());
  constexpr std::size_t kDateBytes = 10;  // "2027-01-31": from its first second on
  auto time = parse_rfc3339(moment.size() == kDateBytes ? moment + "T00:00:00Z" : moment);
  if (!time) return error("want a date or time as RFC 3339 has it: " + time.error().message());
  return *time;
}

Result<std::uint64_t> PolicyNode::bytes() const {
  SUPPLY_TRY(const std::string said, text());
  std::uint64_t whole = 0;
  const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), whole);
  std::string_view unit(end, static_cast<std::size_t>(said.data() + said.size() - end));
  std::uint64_t tenths = 0;
  if (unit.size() > 2 && unit[0] == '.' && unit[1] >= '0' && unit[1] <= '9') {
    tenths = static_cast<std::uint64_t>(unit[1] - '0');
    unit.remove_prefix(2);
  }
  const std::uint64_t factor = unit == "B"     ? 1
                               : unit == "kB"  ? 1'000
                               : unit == "MB"  ? 1'000'000
                               : unit == "GB"  ? 1'000'000'000
                               : unit == "KiB" ? 1ull << 10
                               : unit == "MiB" ? 1ull << 20
                               : unit == "GiB" ? 1ull << 30
                                               : 0;
  if (failed != std::errc{} || factor == 0 || whole > (1ull << 40) || (whole == 0 && tenths == 0))
    return error("want a size: a number and B, kB, MB, GB, KiB, MiB or GiB, as in 500MB");
  return whole * factor + tenths * factor / 10;
}

Result<bool> PolicyNode::flag() const {
  if (!value_->is_boolean()) return error("want true or false");
  return value_->get<bool>();
}

Result<int> PolicyNode::integer(int least, int most) const {
  if (value_->is_number_integer()) {
    const bool huge = value_->is_number_unsigned() && value_->get<std::uint64_t>() > std::uint64_t{INT32_MAX};
    if (!huge) {
      const auto number = value_->get<std::int64_t>();
      if (number >= least && number <= most) return static_cast<int>(number);
    }
  }
  return error(fmt::format("want a whole number from {} to {}", least, most));
}

}  // namespace supply::policy
