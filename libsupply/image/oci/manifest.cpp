#include "libsupply/image/oci/manifest.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/oci/strict_json.hpp"

namespace supply::oci {

namespace {

/// A media type without parameters, in lower case. Source: RFC 9110, section 8.3.1.
std::string bare(std::string_view media_type) { return to_lower(trim(media_type.substr(0, media_type.find(';')))); }

}  // namespace

const std::string& Manifest::effective_artifact_type() const {
  return artifact_type.empty() ? config.media_type : artifact_type;
}

bool Manifest::has_image_config() const {
  // Beside its own type and OCI's Docker runs configs of these. Source: moby distribution/pull_v2.go.
  static constexpr std::string_view kTypes[] = {kConfigType,        kDockerConfigType, "application/octet-stream",
                                                "application/json", "text/html",       ""};
  const std::string type = bare(config.media_type);
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

bool Manifest::has_file_system() const {
  return std::any_of(layers.begin(), layers.end(), [](const Descriptor& layer) {
    const std::string type = bare(layer.media_type);
    return is_layer(type) || type.find("tar") != std::string::npos || type == "application/octet-stream" ||
           type == "application/gzip" || type == "application/zstd" || type.empty();
  });
}

bool may_be_manifest(std::string_view bytes) {
  const auto document =
      json::parse(bytes, {.bytes = kMaxManifestBytes, .duplicate_keys = json::DuplicateKeys::last_wins});
  if (!document) {
    const std::size_t first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && bytes[first] == '{';
  }
  if (!document->is_object()) return false;
  for (const auto& [name, value] : document->items()) {
    const std::string lower = to_lower(name);  // Go's decoder ignores case
    for (const char* member : {"schemaversion", "config", "layers", "manifests", "fslayers"})
      if (lower == member) return true;
  }
  return false;
}

Result<Manifest> Manifest::parse(std::string_view bytes, std::string_view media_type) {
  SUPPLY_TRY(const json::Value document, json::parse(bytes, {.bytes = kMaxManifestBytes}));
  SUPPLY_TRY(std::string written, parse_head(document, media_type));
  const std::string_view type = written.empty() ? media_type : std::string_view(written);
  if (!type.empty() && !is_manifest(type))
    return Error(ErrorCode::malformed, "media type " + quote(type) + " is no image manifest's");
  if (json::find(document, "manifests") != nullptr)
    return Error(ErrorCode::malformed, "member \"manifests\": a manifest that could be read as an index too");

  SUPPLY_TRY(const json::Value* config_value, json::optional_object(document, "config"));
  if (config_value == nullptr) return Error(ErrorCode::malformed, "member \"config\": is missing");
  SUPPLY_TRY(Descriptor config, Descriptor::parse(*config_value).at("config"));
  Manifest manifest{.media_type = std::string(type), .artifact_type = {}, .config = std::move(config)};
  SUPPLY_TRY(manifest.artifact_type, json::string_or_empty(document, "artifactType"));
  SUPPLY_TRY(manifest.layers, parse_descriptors(document, "layers", kMaxLayers, "layer", "layers"));
  SUPPLY_TRY(manifest.subject, parse_subject(document));
  SUPPLY_TRY(manifest.annotations, parse_text_map(document, "annotations"));
  return manifest;
}

std::string to_bytes(const Manifest& manifest) {
  // The order in which cosign (go-containerregistry) writes them.
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.key("schemaVersion");
  json.number(2);
  if (!manifest.media_type.empty()) json.member("mediaType", manifest.media_type);
  json.key("config");
  write(json, manifest.config);
  json.key("layers");
  json.open('[');
  for (const Descriptor& layer : manifest.layers) write(json, layer);
  json.close(']');
  if (!manifest.annotations.empty()) {
    json.key("annotations");
    json.strings(manifest.annotations);
  }
  if (manifest.subject) {
    json.key("subject");
    write(json, *manifest.subject);
  }
  if (!manifest.artifact_type.empty()) json.member("artifactType", manifest.artifact_type);
  json.close('}');
  return text;
}

Descriptor empty_descriptor() {
  static constexpr std::string_view kEmptyDigest =
      "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  return Descriptor{.media_type = std::string(kEmptyType), .digest = *Digest::parse(kEmptyDigest), .size = 2};
}

}  // namespace supply::oci
