#include "libsupply/image/oci/descriptor.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/strict_json.hpp"

namespace supply::oci {

Result<Descriptor> Descriptor::parse(const nlohmann::json& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "descriptor: want an object");
  SUPPLY_TRY(refuse_case_variants(
      value, {"mediaType", "digest", "size", "artifactType", "annotations", "urls", "platform", "data"}));
  SUPPLY_TRY(std::string digest_text, json::require_string(value, "digest"));
  SUPPLY_TRY(Digest digest, Digest::parse(digest_text).at("member \"digest\""));
  Descriptor descriptor{.media_type = {}, .digest = std::move(digest)};
  SUPPLY_TRY(descriptor.media_type, json::require_string(value, "mediaType"));
  if (descriptor.media_type.empty()) return Error(ErrorCode::malformed, "member \"mediaType\": is empty");
  SUPPLY_TRY(const std::int64_t size, json::require_integer(value, "size"));
  if (size < 0) return Error(ErrorCode::malformed, "member \"size\": is negative: " + std::to_string(size));
  descriptor.size = static_cast<std::uint64_t>(size);
  SUPPLY_TRY(descriptor.artifact_type, json::string_or_empty(value, "artifactType"));
  SUPPLY_TRY(descriptor.annotations, parse_text_map(value, "annotations"));
  SUPPLY_TRY(descriptor.urls, json::string_list(value, "urls"));
  if (const nlohmann::json* platform = json::find(value, "platform"); platform != nullptr) {
    SUPPLY_TRY(descriptor.platform, Platform::from_json(*platform));
  }
  SUPPLY_TRY(const std::optional<std::string> data, json::optional_string(value, "data"));
  if (data) {
    SUPPLY_TRY(descriptor.data, from_base64(*data).at("member \"data\""));
  }
  return descriptor;
}

nlohmann::json Descriptor::to_json() const {
  nlohmann::json value = {{"mediaType", media_type}, {"digest", digest.to_string()}, {"size", size}};
  if (!artifact_type.empty()) value["artifactType"] = artifact_type;
  if (!annotations.empty()) value["annotations"] = annotations;
  if (!urls.empty()) value["urls"] = urls;
  if (platform) value["platform"] = platform->to_json();
  if (data) value["data"] = to_base64(*data);
  return value;
}

}  // namespace supply::oci
