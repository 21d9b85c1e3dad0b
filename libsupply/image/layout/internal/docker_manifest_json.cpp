#include "libsupply/image/layout/internal/docker_manifest_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/oci/image_name.hpp"
#include "libsupply/image/oci/strict_json.hpp"

namespace supply::layout {
namespace {

using json::Value;

constexpr std::string_view kPlace = "manifest.json";

Result<Value> parse_list(std::string_view text) {
  SUPPLY_TRY(Value list, json::parse(text, {.bytes = kMaxArchiveListBytes}).at(kPlace));
  if (!list.is_array()) return Error(ErrorCode::malformed, "manifest.json: no list of images");
  if (list.size() > kMaxArchiveImages)
    return Error(ErrorCode::limit_exceeded,
                 "manifest.json: more than " + std::to_string(kMaxArchiveImages) + " images");
  return list;
}

Result<DockerItem> parse_item(const Value& value) {
  DockerItem item;
  // Docker and skopeo take a member by its name in any case, the last of them.
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  SUPPLY_TRY(oci::refuse_case_variants(value, {"Config", "RepoTags", "Layers"}));
  SUPPLY_TRY(item.config, json::require_string(value, "Config"));
  SUPPLY_TRY(item.tags, json::string_list(value, "RepoTags"));
  SUPPLY_TRY(item.layers, json::string_list(value, "Layers"));
  if (item.layers.size() > kMaxLayers)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxLayers) + " layers");
  return item;
}

}  // namespace

Result<std::vector<DockerItem>> parse_docker_manifest_json(std::string_view text) {
  SUPPLY_TRY(const Value list, parse_list(text));
  std::vector<DockerItem> items;
  for (const Value& value : list) {
    SUPPLY_TRY(DockerItem item, parse_item(value).at("manifest.json: image " + std::to_string(items.size())));
    items.push_back(std::move(item));
  }
  return items;
}

Result<std::string> change_docker_manifest_json(std::string_view text, const std::vector<std::string>& tags,
                                                const std::vector<DockerItem>& items) {
  SUPPLY_TRY(Value list, parse_list(text));
  SUPPLY_TRY(const std::vector<DockerItem> there, parse_docker_manifest_json(text));
  auto& values = list.get_ref<Value::array_t&>();
  std::vector<std::string> taken;
  for (const std::string& tag : tags) taken.push_back(oci::full_name(tag));
  for (std::size_t i = there.size(); i-- > 0;) {
    std::vector<std::string> kept;
    for (const std::string& tag : there[i].tags)
      if (std::find(taken.begin(), taken.end(), oci::full_name(tag)) == taken.end()) kept.push_back(tag);
    if (kept.size() == there[i].tags.size()) continue;
    if (kept.empty()) values.erase(values.begin() + static_cast<std::ptrdiff_t>(i));
    else values[i]["RepoTags"] = kept;
  }
  for (const DockerItem& item : items) {
    const auto same = std::find_if(values.begin(), values.end(), [&](const Value& value) {
      const Value *config = json::find(value, "Config"), *layers = json::find(value, "Layers");
      return config != nullptr && *config == item.config && layers != nullptr && *layers == item.layers;
    });
    if (same == values.end()) {
      values.push_back({{"Config", item.config}, {"Layers", item.layers}, {"RepoTags", nullptr}});
      if (!item.tags.empty()) values.back()["RepoTags"] = item.tags;
      continue;
    }
    for (const std::string& tag : item.tags) (*same)["RepoTags"].push_back(tag);
  }
  return json::to_text(list);
}

}  // namespace supply::layout
