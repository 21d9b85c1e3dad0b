#include "libsupply/image/oci/media_type.hpp"

namespace supply::oci {
namespace {

constexpr std::string_view kOciLayers = "application/vnd.oci.image.layer.";
constexpr std::string_view kDockerLayers = "application/vnd.docker.image.rootfs.";

}  // namespace

bool is_index(std::string_view media_type) { return media_type == kIndexType || media_type == kDockerIndexType; }

bool is_manifest(std::string_view media_type) {
  return media_type == kManifestType || media_type == kDockerManifestType;
}

bool is_manifest_or_index(std::string_view media_type) { return is_manifest(media_type) || is_index(media_type); }

bool is_schema1(std::string_view media_type) {
  return media_type == "application/vnd.docker.distribution.manifest.v1+json" ||
         media_type == "application/vnd.docker.distribution.manifest.v1+prettyjws";
}

bool is_layer(std::string_view media_type) {
  return media_type.starts_with(kOciLayers) || media_type.starts_with(kDockerLayers);
}

bool is_foreign_layer(std::string_view media_type) {
  return media_type.starts_with("application/vnd.oci.image.layer.nondistributable.") ||
         media_type.starts_with("application/vnd.docker.image.rootfs.foreign.");
}

}  // namespace supply::oci
