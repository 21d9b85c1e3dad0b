#include "libsupply/image/layout/internal/manifest_info.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::layout {
namespace {

Result<std::string> type_from_content(std::string_view bytes) {
  SUPPLY_TRY(const json::Value value, json::parse(bytes, {.bytes = kMaxManifestBytes}));
  SUPPLY_TRY(std::string written, json::string_or_empty(value, "mediaType"));
  if (!written.empty()) return written;
  if (json::find(value, "manifests") != nullptr) return std::string(oci::kIndexType);
  if (json::find(value, "config") != nullptr) return std::string(oci::kManifestType);
  return Error(ErrorCode::malformed, "neither a manifest nor an index");
}

template <class Parsed>
ManifestInfo document_of(Parsed parsed, std::string media_type, std::string artifact_type) {
  ManifestInfo document{.media_type = std::move(media_type),
                        .artifact_type = std::move(artifact_type),
                        .annotations = std::move(parsed.annotations),
                        .subject = {}};
  if (parsed.subject) document.subject = std::move(parsed.subject->digest);
  return document;
}

}  // namespace

std::string empty_index() {
  const json::Value empty = {{"schemaVersion", 2}, {"mediaType", oci::kIndexType}, {"manifests", json::Value::array()}};
  return json::to_text(empty);
}

std::string blob_name(const Digest& digest) {
  std::string name("blobs/");
  name.append(digest.algorithm()).append("/").append(digest.encoded());
  return name;
}

Result<ManifestInfo> parse_manifest_info(std::string_view bytes, std::string_view media_type) {
  std::string type(media_type);
  if (type.empty()) {
    SUPPLY_TRY(type, type_from_content(bytes));
  }
  if (oci::is_index(type)) {
    SUPPLY_TRY(oci::Index index, oci::Index::parse(bytes, type));
    std::string artifact_type = index.artifact_type;
    return document_of(std::move(index), std::move(type), std::move(artifact_type));
  }
  SUPPLY_TRY(oci::Manifest manifest, oci::Manifest::parse(bytes, type));
  std::string artifact_type = manifest.effective_artifact_type();
  return document_of(std::move(manifest), std::move(type), std::move(artifact_type));
}

std::string claimed_subject(std::string_view bytes) {
  const auto value = json::parse(bytes, {.bytes = kMaxManifestBytes});
  if (!value) return {};
  const json::Value* claimed = json::find(*value, "subject");
  if (claimed == nullptr) return {};
  const json::Value* digest = json::find(*claimed, "digest");
  return digest != nullptr && digest->is_string() ? digest->get<std::string>() : std::string();
}

std::optional<Digest> named_blob(std::string_view name) {
  constexpr std::string_view kBlobs = "blobs/";
  if (!name.starts_with(kBlobs)) return std::nullopt;
  std::string text(name.substr(kBlobs.size()));
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  text[slash] = ':';
  auto digest = Digest::parse(text);
  if (!digest || !digest->verifiable()) return std::nullopt;
  return *std::move(digest);
}

Result<Digest> hash_of(io::Source& source) {
  crypto::Hasher hasher(crypto::HashAlgorithm::sha256);
  std::vector<char> buffer(256 * kKiB);
  for (;;) {
    SUPPLY_TRY(const std::size_t count, source.read(buffer));
    if (count == 0) return hasher.finish_digest();
    hasher.update(std::string_view(buffer.data(), count));
  }
}

std::string_view annotation(const oci::Descriptor& descriptor, std::string_view key) {
  const auto found = descriptor.annotations.find(std::string(key));
  return found == descriptor.annotations.end() ? std::string_view() : std::string_view(found->second);
}

bool looks_like_referrer(const oci::Descriptor& entry) {
  return annotation(entry, kRefName).empty() && !entry.artifact_type.empty() &&
         entry.artifact_type != oci::kConfigType && entry.artifact_type != oci::kDockerConfigType;
}

bool is_marked_as_other(const oci::Descriptor& entry) {
  const std::string_view kind = annotation(entry, kCosignKind);
  return is_referrer_tag(annotation(entry, kRefName)) || kind == "dev.cosignproject.cosign/sigs" ||
         kind == "dev.cosignproject.cosign/atts" || (entry.platform && !entry.platform->runnable());
}

bool is_referrer_tag(std::string_view tag) {
  for (const std::string_view suffix : {".sig", ".att", ".sbom"})
    if (tag.ends_with(suffix)) {
      tag.remove_suffix(suffix.size());
      break;
    }
  for (const std::string_view prefix : {"sha256-", "sha512-"})
    if (tag.starts_with(prefix)) {
      const std::string_view hex = tag.substr(prefix.size());
      return (hex.size() == 64 || hex.size() == 128) && is_lower_hex(hex);
    }
  return false;
}

}  // namespace supply::layout
