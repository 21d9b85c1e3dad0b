#include "libsupply/content/sbom/internal/members.hpp"

#include <nlohmann/json.hpp>

namespace supply::sbom {

std::string text_of(const json::Value& object, std::string_view key) {
  const json::Value* value = json::find(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::vector<const json::Value*> elements_of(const json::Value& object, std::string_view key) {
  std::vector<const json::Value*> out;
  const json::Value* list = json::find(object, key);
  if (list == nullptr || !list->is_array()) return out;
  out.reserve(list->size());
  for (const json::Value& each : *list) out.push_back(&each);
  return out;
}

std::vector<const json::Value*> one_or_elements_of(const json::Value& object, std::string_view key) {
  const json::Value* value = json::find(object, key);
  if (value != nullptr && !value->is_array()) return {value};
  return elements_of(object, key);
}

}  // namespace supply::sbom
