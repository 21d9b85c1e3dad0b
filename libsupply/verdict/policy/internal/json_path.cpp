#include "libsupply/verdict/policy/internal/json_path.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/policy_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::policy {

namespace {

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

Result<JsonPath> JsonPath::parse(std::string_view text) {
  const auto wrong = [&](std::size_t at, std::string_view why) {
    return Error(ErrorCode::usage, fmt::format("{} is no JSON path: at {}: {}", quote(text), at + 1, why));
  };
  JsonPath path;
  path.text_ = text;
  if (!text.starts_with('$')) return wrong(0, "want $ at the start, as in $.metadata.version");
  std::size_t at = 1;
  while (at < text.size()) {
    if (path.steps_.size() >= kMaxJsonPathSteps) return wrong(at, fmt::format("more than {} steps", kMaxJsonPathSteps));
    if (text[at] == '.') {
      const std::size_t begin = ++at;
      if (at < text.size() && text[at] == '*') {
        ++at;
        path.steps_.emplace_back(Any{});
        continue;
      }
      while (at < text.size() && is_name_char(text[at])) ++at;
      if (at == begin) return wrong(at, "want a member's name (one with other characters: ['a-b'])");
      if (text[begin] >= '0' && text[begin] <= '9') return wrong(begin, "a name that begins with a digit: ['1a']");
      path.steps_.emplace_back(std::string(text.substr(begin, at - begin)));
      continue;
    }
    if (text[at] != '[') return wrong(at, "want . or [");
    ++at;
    if (at < text.size() && text[at] == '*') {
      path.steps_.emplace_back(Any{});
      ++at;
    } else if (at < text.size() && (text[at] == '\'' || text[at] == '"')) {
      const char mark = text[at];
      const std::size_t end = text.find(mark, at + 1);
      if (end == std::string_view::npos) return wrong(at, "the name has no end");
      const std::string_view name = text.substr(at + 1, end - at - 1);
      if (name.find('\\') != std::string_view::npos) return wrong(at, "escapes in names are not read");
      path.steps_.emplace_back(std::string(name));
      at = end + 1;
    } else {
      std::size_t index = 0;
      const auto [end, failed] = std::from_chars(text.data() + at, text.data() + text.size(), index);
      if (failed != std::errc{}) return wrong(at, "want a number, * or a name in quotes");
      path.steps_.emplace_back(index);
      at = static_cast<std::size_t>(end - text.data());
    }
    if (at >= text.size() || text[at] != ']') return wrong(at, "want ]");
    ++at;
  }
  return path;
}

JsonPath::Selected JsonPath::select(const nlohmann::json& document) const {
  std::vector<const nlohmann::json*> now{&document}, next;
  bool too_many = false;
  for (const Step& step : steps_) {
    next.clear();
    for (const nlohmann::json* value : now) {
      if (const auto* name = std::get_if<std::string>(&step)) {
        if (!value->is_object()) continue;
        if (const auto found = value->find(*name); found != value->end()) next.push_back(&*found);
      } else if (const auto* index = std::get_if<std::size_t>(&step)) {
        if (value->is_array() && *index < value->size()) next.push_back(&(*value)[*index]);
      } else if (value->is_structured()) {
        for (const auto& each : *value) {
          too_many = too_many || next.size() == kMaxJsonPathValues;
          if (too_many) break;
          next.push_back(&each);
        }
      }
    }
    now.swap(next);
  }
  return {std::move(now), too_many};
}

}  // namespace supply::policy
