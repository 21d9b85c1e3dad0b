#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/trust/sign/internal/stored_signature.hpp"

namespace supply::sign::internal {
namespace {

constexpr int kAttempts = 64;  // each lost race is another writer's layer: so many writers at once are welcome

struct Tagged {
  std::optional<Digest> digest;  // what the tag names
  oci::Manifest manifest;
};

Result<Tagged> read_tag(store::ContentStore& store, const std::string& tag) {
  const Result<oci::Descriptor> found = store.resolve({.tag = tag, .digest = std::nullopt});
  if (!found) {
    if (found.error().code() != ErrorCode::not_found) return found.error();
    const oci::Descriptor config{.media_type = std::string(oci::kConfigType), .digest = oci::empty_descriptor().digest};
    return Tagged{std::nullopt,
                  {.media_type = std::string(oci::kManifestType),
                   .artifact_type = {},
                   .config = config,
                   .layers = {},
                   .subject = std::nullopt,
                   .annotations = {}}};
  }
  SUPPLY_TRY(const std::string bytes, store::fetch(store, *found, kMaxManifestBytes));
  SUPPLY_TRY(oci::Manifest manifest, oci::Manifest::parse(bytes, found->media_type));
  if (manifest.media_type.empty()) manifest.media_type = found->media_type;
  return Tagged{found->digest, std::move(manifest)};
}

// go-containerregistry's config of an image that is only layers. Layers are stored as they are, so each is its diff_id.
std::string config_of(const std::vector<oci::Descriptor>& layers) {
  constexpr std::string_view kCreated = "0001-01-01T00:00:00Z";
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.member("architecture", "");
  json.member("created", kCreated);
  json.key("history");
  json.open('[');
  for (std::size_t i = 0; i < layers.size(); ++i)
    json.strings(std::map<std::string, std::string>{{"created", std::string(kCreated)}});
  json.close(']');
  json.member("os", "");
  json.key("rootfs");
  json.open('{');
  json.member("type", "layers");
  json.key("diff_ids");
  json.open('[');
  for (const oci::Descriptor& layer : layers) json.string(layer.digest.to_string());
  json.close(']');
  json.close('}');
  json.key("config");
  json.raw("{}");
  json.close('}');
  return text;
}

Result<bool> is_there(store::ContentStore& store, const oci::Manifest& manifest, std::string_view media_type,
                      const std::function<bool(const oci::Descriptor&, std::string_view)>& same) {
  for (const oci::Descriptor& layer : manifest.layers) {
    if (layer.media_type != media_type) continue;
    const Result<std::string> bytes = store::fetch(store, layer, kMaxAttachmentBytes);
    if (bytes && same(layer, *bytes)) return true;
    // A damaged layer is kept as it is; it is not the one that is looked for.
    if (!bytes && bytes.error().code() != ErrorCode::mismatch && bytes.error().code() != ErrorCode::not_found) {
      return bytes.error();
    }
  }
  return false;
}

}  // namespace

Result<Digest> attach_layer(store::ContentStore& store, const oci::Descriptor& image, std::string_view ending,
                            std::string_view media_type, const MakeLayer& make,
                            const std::function<bool(const oci::Descriptor&, std::string_view)>& same) {
  const std::string tag = store::digest_tag(image.digest, ending);
  std::optional<LegacyLayer> layer;  // made once, however often another writer is faster
  for (int attempt = 1;; ++attempt) {
    SUPPLY_TRY(Tagged tagged, read_tag(store, tag).at("tag " + quote(tag)));
    SUPPLY_TRY(const bool there, is_there(store, tagged.manifest, media_type, same).at("tag " + quote(tag)));
    if (there) return *tagged.digest;
    if (tagged.manifest.layers.size() >= kMaxSignatures) {
      return Error(ErrorCode::limit_exceeded,
                   "tag " + quote(tag) + ": holds " + std::to_string(kMaxSignatures) + " layers");
    }
    if (!layer) {
      SUPPLY_TRY(layer, make());
    }
    SUPPLY_TRY(oci::Descriptor added, store::put_bytes(store, layer->bytes, media_type));
    added.annotations = layer->annotations;
    tagged.manifest.layers.push_back(std::move(added));
    SUPPLY_TRY(tagged.manifest.config,
               store::put_bytes(store, config_of(tagged.manifest.layers), tagged.manifest.config.media_type));
    const std::string bytes = oci::to_bytes(tagged.manifest);
    const oci::Descriptor descriptor{
        .media_type = tagged.manifest.media_type, .digest = crypto::sha256(bytes), .size = bytes.size()};
    const Status put = store.replace_manifest(descriptor, bytes, tag, tagged.digest);
    if (put) return descriptor.digest;
    if (put.error().code() != ErrorCode::unavailable || attempt == kAttempts) return put.error();
  }
}

}  // namespace supply::sign::internal
