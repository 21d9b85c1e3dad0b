#include "libsupply/image/oci/manifest_info.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::oci {
namespace {

Result<std::string> type_from_content(std::string_view bytes) {
  SUPPLY_TRY(const json::Value value, json::parse(bytes, {.bytes = kMaxManifestBytes}));
  SUPPLY_TRY(std::string written, json::string_or_empty(value, "mediaType"));
  if (!written.empty()) return written;
  if (json::find(value, "manifests") != nullptr) return std::string(kIndexType);
  if (json::find(value, "config") != nullptr) return std::string(kManifestType);
  return Error(ErrorCode::malformed, "neither a manifest nor an index");
}

template <class Parsed>
ManifestInfo info_of(Parsed parsed, std::string media_type, std::string artifact_type) {
  ManifestInfo info{.media_type = std::move(media_type),
                    .artifact_type = std::move(artifact_type),
                    .annotations = std::move(parsed.annotations),
                    .subject = {}};
  if (parsed.subject) info.subject = std::move(parsed.subject->digest);
  return info;
}

}  // namespace

Result<ManifestInfo> parse_manifest_info(std::string_view bytes, std::string_view media_type) {
  std::string type(media_type);
  if (type.empty()) {
    SUPPLY_TRY(type, type_from_content(bytes));
  }
  if (is_index(type)) {
    SUPPLY_TRY(Index index, Index::parse(bytes, type));
    std::string artifact_type = index.artifact_type;
    return info_of(std::move(index), std::move(type), std::move(artifact_type));
  }
  SUPPLY_TRY(Manifest manifest, Manifest::parse(bytes, type));
  std::string artifact_type = manifest.effective_artifact_type();
  return info_of(std::move(manifest), std::move(type), std::move(artifact_type));
}

std::string claimed_subject(std::string_view bytes) {
  const auto value = json::parse(bytes, {.bytes = kMaxManifestBytes});
  if (!value) return {};
  const json::Value* claimed = json::find(*value, "subject");
  if (claimed == nullptr) return {};
  const json::Value* digest = json::find(*claimed, "digest");
  return digest != nullptr && digest->is_string() ? digest->get<std::string>() : std::string();
}

}  // namespace supply::oci
