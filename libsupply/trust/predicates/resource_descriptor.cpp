#include "libsupply/trust/predicates/resource_descriptor.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::predicates {
namespace {

Result<const json::Value*> bounded_list(const json::Value& object, std::string_view key, std::size_t limit) {
  SUPPLY_TRY(const json::Value* list, json::optional_array(object, key));
  if (list != nullptr && list->size() > limit)
    return Error(ErrorCode::limit_exceeded, "member " + quote(key) + ": more than " + std::to_string(limit));
  return list;
}

}  // namespace

std::string place_of(std::string_view member, std::size_t index) {
  return std::string(member) + "[" + std::to_string(index) + "]";
}

Result<const json::Value*> require_object(const json::Value& object, std::string_view key) {
  SUPPLY_TRY(const json::Value* member, json::optional_object(object, key));
  if (member == nullptr) return Error(ErrorCode::malformed, "missing member \"" + std::string(key) + "\"");
  return member;
}

Result<ResourceDescriptor> read_resource(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  ResourceDescriptor resource;
  SUPPLY_TRY(resource.uri, json::string_or_empty(value, "uri"));
  SUPPLY_TRY(resource.name, json::string_or_empty(value, "name"));
  SUPPLY_TRY(resource.digest, read_text_map(value, "digest"));
  SUPPLY_TRY(resource.download_location, json::string_or_empty(value, "downloadLocation"));
  SUPPLY_TRY(resource.media_type, json::string_or_empty(value, "mediaType"));
  SUPPLY_TRY(const json::Value* annotations, json::optional_object(value, "annotations"));
  if (annotations != nullptr) resource.annotations = json::to_text(*annotations);
  if (resource.uri.empty() && resource.digest.empty() && json::find(value, "content") == nullptr)
    return Error(ErrorCode::malformed, "neither uri nor digest nor content");
  return resource;
}

Result<std::vector<ResourceDescriptor>> read_resources(const json::Value& object, std::string_view key) {
  std::vector<ResourceDescriptor> out;
  SUPPLY_TRY(const json::Value* list, bounded_list(object, key, kMaxDependencies));
  if (list == nullptr) return out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    SUPPLY_TRY(ResourceDescriptor resource, read_resource((*list)[i]).at(place_of(key, i)));
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

Result<const json::Value*> read_list(const json::Value& object, std::string_view key) {
  return bounded_list(object, key, kMaxPredicateEntries);
}

Result<std::vector<std::string>> read_texts(const json::Value& object, std::string_view key) {
  SUPPLY_TRY(read_list(object, key));
  return json::string_list(object, key);
}

Result<std::map<std::string, std::string>> read_text_map(const json::Value& object, std::string_view key) {
  std::map<std::string, std::string> out;
  SUPPLY_TRY(const json::Value* member, json::optional_object(object, key));
  if (member == nullptr) return out;
  if (member->size() > kMaxPredicateEntries)
    return Error(ErrorCode::limit_exceeded,
                 "member " + quote(key) + ": more than " + std::to_string(kMaxPredicateEntries));
  for (const auto& [name, text] : member->items()) {
    if (!text.is_string()) return Error(ErrorCode::malformed, "member " + quote(key) + ": want texts");
    out.emplace(name, text.get<std::string>());
  }
  return out;
}

}  // namespace supply::predicates
