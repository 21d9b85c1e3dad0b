#include "libsupply/image/oci/index.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/oci/strict_json.hpp"

namespace supply::oci {

Result<Index> Index::parse(std::string_view bytes, std::string_view media_type) {
  SUPPLY_TRY(const json::Value document, json::parse(bytes, {.bytes = kMaxManifestBytes}));
  SUPPLY_TRY(std::string written, parse_head(document, media_type));
  const std::string_view type = written.empty() ? media_type : std::string_view(written);
  if (!type.empty() && !is_index(type))
    return Error(ErrorCode::malformed, "media type " + quote(type) + " is no image index's");
  for (const char* member : {"config", "layers"})
    if (json::find(document, member) != nullptr)
      return Error(ErrorCode::malformed, "member " + quote(member) + ": an index that could be read as a manifest too");

  Index index{.media_type = std::string(type)};
  SUPPLY_TRY(index.artifact_type, json::string_or_empty(document, "artifactType"));
  if (!document.contains("manifests")) return Error(ErrorCode::malformed, "member \"manifests\": is missing");
  SUPPLY_TRY(index.manifests, parse_descriptors(document, "manifests", kMaxIndexEntries, "entry", "entries"));
  SUPPLY_TRY(index.subject, parse_subject(document));
  SUPPLY_TRY(index.annotations, parse_text_map(document, "annotations"));
  return index;
}

std::string to_bytes(const Index& index) {
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.key("schemaVersion");
  json.number(2);
  if (!index.media_type.empty()) json.member("mediaType", index.media_type);
  if (!index.artifact_type.empty()) json.member("artifactType", index.artifact_type);
  json.key("manifests");
  json.open('[');
  for (const Descriptor& entry : index.manifests) write(json, entry);
  json.close(']');
  if (index.subject) {
    json.key("subject");
    write(json, *index.subject);
  }
  if (!index.annotations.empty()) {
    json.key("annotations");
    json.strings(index.annotations);
  }
  json.close('}');
  return text;
}

}  // namespace supply::oci
