#include "libsupply/trust/provenance/internal/resource_descriptor.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/statement_limits.hpp"

namespace supply::provenance {
Result<const json::Value*> require_object(const json::Value& object, std::string_view key) {
  SUPPLY_TRY(const json::Value* member, json::optional_object(object, key));
  if (member == nullptr) return Error(ErrorCode::malformed, "missing member \"" + std::string(key) + "\"");
  return member;
}

Result<Resource> read_resource(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  Resource resource;
  SUPPLY_TRY(resource.uri, json::string_or_empty(value, "uri"));
  SUPPLY_TRY(resource.name, json::string_or_empty(value, "name"));
  SUPPLY_TRY(const json::Value* digest, json::optional_object(value, "digest"));
  if (digest != nullptr) {
    for (const auto& [algorithm, text] : digest->items()) {
      if (!text.is_string()) return Error(ErrorCode::malformed, "member \"digest\": want texts");
      resource.digest.emplace(algorithm, text.get<std::string>());
    }
  }
  if (resource.uri.empty() && resource.digest.empty() && json::find(value, "content") == nullptr)
    return Error(ErrorCode::malformed, "neither uri nor digest nor content");
  return resource;
}

Result<std::vector<Resource>> read_resources(const json::Value& object, std::string_view key) {
  std::vector<Resource> out;
  SUPPLY_TRY(const json::Value* list, json::optional_array(object, key));
  if (list == nullptr) return out;
  if (list->size() > kMaxDependencies)
    return Error(ErrorCode::limit_exceeded,
                 "member \"" + std::string(key) + "\": more than " + std::to_string(kMaxDependencies));
  for (std::size_t i = 0; i < list->size(); ++i) {
    SUPPLY_TRY(Resource resource, read_resource((*list)[i]).at(std::string(key) + "[" + std::to_string(i) + "]"));
    out.push_back(std::move(resource));
  }
  return out;
}

Result<std::optional<Time>> read_time(const json::Value& object, std::string_view key) {
  SUPPLY_TRY(const std::string text, json::string_or_empty(object, key));
  if (text.empty()) return std::optional<Time>();
  SUPPLY_TRY(const Time time, parse_rfc3339(text).at("member \"" + std::string(key) + "\""));
  return std::optional<Time>(time);
}

}  // namespace supply::provenance
