#include "libsupply/content/catalog/internal/json_fields.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/limits/package_limits.hpp"

namespace supply::catalog {

Result<json::Value> parse_lenient_json(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return json::parse(text, {.bytes = kMaxLanguageDatabaseBytes, .duplicate_keys = json::DuplicateKeys::last_wins});
}

std::string text_of(const json::Value& object, std::string_view key) {
  const json::Value* value = json::find(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::vector<std::string> texts_of(const json::Value& object, std::string_view key) {
  std::vector<std::string> out;
  const json::Value* value = json::find(object, key);
  if (value == nullptr) return out;
  if (value->is_string()) out.push_back(value->get<std::string>());
  if (value->is_array())
    for (const json::Value& one : *value)
      if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

const json::Value& part_of(const json::Value& object, std::string_view key) {
  static const json::Value none = json::Value::object();
  const json::Value* value = json::find(object, key);
  return value != nullptr && value->is_structured() ? *value : none;
}

}  // namespace supply::catalog
