#include "libsupply/image/oci/strict_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::oci {
namespace {

// Go compares keys under simple Unicode case folding, in which two letters outside ASCII equal ASCII ones.
std::string fold(std::string_view key) {
  std::string folded;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string_view rest = key.substr(i);
    if (rest.substr(0, 2) == "\xc5\xbf") {  // U+017F, long s
      folded += 's';
      i += 1;
    } else if (rest.substr(0, 3) == "\xe2\x84\xaa") {  // U+212A, Kelvin sign
      folded += 'k';
      i += 2;
    } else {
      folded += key[i];
    }
  }
  return to_lower(folded);
}

}  // namespace

Status refuse_case_variants(const nlohmann::json& object, std::initializer_list<std::string_view> known) {
  if (!object.is_object()) return {};
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string folded = fold(key);
    for (const std::string_view name : known)
      if (folded == to_lower(name))
        return Error(ErrorCode::malformed,
                     "member " + quote(key) + ": some readers take it for " + quote(name) + ", others do not");
  }
  return {};
}

Result<Annotations> parse_text_map(const nlohmann::json& object, std::string_view key) {
  Annotations annotations;
  SUPPLY_TRY(const nlohmann::json* map, json::optional_object(object, key));
  if (map == nullptr) return annotations;
  for (const auto& [name, value] : map->items()) {
    if (value.is_null()) continue;
    if (!value.is_string())
      return Error(ErrorCode::malformed, "member " + quote(key) + ": " + quote(name) + ": want a string");
    annotations.emplace(name, value.get<std::string>());
  }
  return annotations;
}

Result<std::vector<Descriptor>> parse_descriptors(const nlohmann::json& object, std::string_view key, std::size_t limit,
                                                  const std::string& what, const std::string& several) {
  std::vector<Descriptor> descriptors;
  SUPPLY_TRY(const nlohmann::json* values, json::optional_array(object, key));
  if (values == nullptr) return descriptors;
  if (values->size() > limit)
    return Error(ErrorCode::limit_exceeded,
                 std::to_string(values->size()) + " " + several + ", the limit is " + std::to_string(limit));
  for (const nlohmann::json& value : *values) {
    SUPPLY_TRY(Descriptor descriptor, Descriptor::parse(value).at(what + " " + std::to_string(descriptors.size())));
    descriptors.push_back(std::move(descriptor));
  }
  return descriptors;
}

Result<std::optional<Descriptor>> parse_subject(const nlohmann::json& document) {
  SUPPLY_TRY(const nlohmann::json* subject, json::optional_object(document, "subject"));
  if (subject == nullptr) return std::optional<Descriptor>();
  SUPPLY_TRY(Descriptor descriptor, Descriptor::parse(*subject).at("subject"));
  return std::optional(std::move(descriptor));
}

Result<std::string> parse_head(const nlohmann::json& document, std::string_view media_type) {
  const auto schema1 = [] {
    return Error(ErrorCode::unsupported,
                 "a schema 1 manifest, whose digest does not cover the image (push it anew with a current tool)");
  };
  if (is_schema1(media_type)) return schema1();
  if (!document.is_object()) return Error(ErrorCode::malformed, "want a JSON object");
  SUPPLY_TRY(refuse_case_variants(document, {"schemaVersion", "mediaType", "artifactType", "config", "layers",
                                             "manifests", "subject", "annotations", "fsLayers"}));
  SUPPLY_TRY(const std::int64_t version, json::require_integer(document, "schemaVersion"));
  if (version == 1) return schema1();
  if (version != 2)
    return Error(ErrorCode::malformed, "member \"schemaVersion\": want 2, not " + std::to_string(version));
  if (json::find(document, "fsLayers") != nullptr)
    return Error(ErrorCode::malformed, "member \"fsLayers\": belongs to schema 1, the rest to schema 2");
  SUPPLY_TRY(std::string written, json::string_or_empty(document, "mediaType"));
  if (!written.empty() && !media_type.empty() && written != media_type)
    return Error(ErrorCode::malformed,
                 "member \"mediaType\": is " + quote(written) + ", its descriptor says " + quote(media_type));
  return written;
}

void write(json::JsonWriter& json, const Descriptor& d) {
  json.open('{');
  json.member("mediaType", d.media_type);
  json.key("size");
  json.number(d.size);
  json.member("digest", d.digest.to_string());
  if (d.data) json.member("data", to_base64(*d.data));
  if (!d.urls.empty()) {
    json.key("urls");
    json.open('[');
    for (const std::string& url : d.urls) json.string(url);
    json.close(']');
  }
  if (!d.annotations.empty()) {
    json.key("annotations");
    json.strings(d.annotations);
  }
  if (d.platform) {
    json.key("platform");
    json.raw(json::to_text(d.platform->to_json()));
  }
  if (!d.artifact_type.empty()) json.member("artifactType", d.artifact_type);
  json.close('}');
}

}  // namespace supply::oci
