// The media types of images, both families. Source: OCI image-spec v1.1 media-types.md; Docker image manifest v2.2.
#pragma once

#include <string_view>

namespace supply::oci {

inline constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kConfigType = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view kEmptyType = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view kLayerType = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view kLayerGzipType = "application/vnd.oci.image.layer.v1.tar+gzip";
inline constexpr std::string_view kLayerZstdType = "application/vnd.oci.image.layer.v1.tar+zstd";
inline constexpr std::string_view kDockerManifestType = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view kDockerIndexType = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view kDockerConfigType = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view kDockerLayerType = "application/vnd.docker.image.rootfs.diff.tar.gzip";

bool is_index(std::string_view media_type);
bool is_manifest(std::string_view media_type);
/// A manifest or an index.
bool is_manifest_or_index(std::string_view media_type);
/// Docker's schema 1, signed or not: refused everywhere, with a word on why.
bool is_schema1(std::string_view media_type);
/// A file system layer, of any family and compression, foreign ones included.
bool is_layer(std::string_view media_type);
/// A layer that registries need not hold (…nondistributable…, …foreign…).
bool is_foreign_layer(std::string_view media_type);

}  // namespace supply::oci
