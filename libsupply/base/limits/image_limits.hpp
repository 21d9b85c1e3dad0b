// Layouts, archives, indexes, manifests and layers. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

// Image trees
inline constexpr std::size_t kMaxDirectoryEntries = 1'000'000;  // blobs of a layout
inline constexpr std::size_t kMaxLayoutFileBytes = 4 * kKiB;    // oci-layout
inline constexpr std::size_t kMaxIndexDepth = 4;
inline constexpr std::size_t kMaxIndexEntries = 10'000;
inline constexpr std::uint64_t kMaxImageDocumentBytes = 64 * kMiB;  // manifests and configs of all images of an index
inline constexpr std::size_t kMaxLayers = 1'000;
inline constexpr std::size_t kMaxHistory = 10'000;  // entries of a config
inline constexpr std::size_t kMaxReferrers = 10'000;
inline constexpr std::size_t kMaxCopiedManifests = 20'000;  // an image's own and all about it, in one copy
inline constexpr std::uint64_t kMaxCopiedManifestBytes = 128 * kMiB;
inline constexpr std::uint64_t kMaxEvidenceBytes = 512 * kMiB;  // all that is attached to one image

inline constexpr std::size_t kMaxArchiveEntries = 1'000'000;     // members of a tar of images
inline constexpr std::size_t kMaxArchiveNameBytes = 128 * kMiB;  // of all their names and link targets
inline constexpr std::size_t kMaxArchiveImages = 10'000;         // in one manifest.json
inline constexpr std::size_t kMaxArchiveListBytes = 16 * kMiB;   // manifest.json
inline constexpr std::uint64_t kMaxSpooledBytes = 256 * kGiB;    // of an archive that comes through a pipe, unpacked

// Layers
inline constexpr std::uint64_t kMaxUnpackedLayerBytes = 256 * kGiB;
inline constexpr std::uint64_t kMaxUnpackRatio = 2'000;  // after kUnpackRatioFloorBytes; gzip's best is 1,030
inline constexpr std::uint64_t kUnpackRatioFloorBytes = 256 * kMiB;
inline constexpr std::size_t kMaxZstdWindowBytes = 128 * kMiB;
inline constexpr std::size_t kMaxGzipHeaderBytes = 256 * kKiB;  // extra field 64 KiB, name, comment
inline constexpr std::size_t kMaxTarPathBytes = 64 * kKiB;
inline constexpr std::size_t kMaxPaxHeaderBytes = kMiB;
inline constexpr std::uint64_t kMaxSparseHoleBytes = 8 * kGiB;  // that are hashed or kept, in one layer
inline constexpr std::size_t kMaxSparseSpans = 1'000'000;
inline constexpr std::size_t kMaxLayerEntries = 10'000'000;
inline constexpr std::size_t kMaxLayerNameBytes = kGiB;   // of all paths and link targets in one layer
inline constexpr std::size_t kMaxTreeNodes = 30'000'000;  // names in a merged tree, removed ones included
inline constexpr std::size_t kMaxPathComponents = 4'096;
inline constexpr std::size_t kMaxSymlinksFollowed = 255;  // as filepath-securejoin, which umoci and podman use
inline constexpr std::size_t kMaxRereadFiles = 50'000;
inline constexpr std::size_t kMaxCollectedFileBytes = 64 * kMiB;
inline constexpr std::uint64_t kMaxCollectedLayerBytes = kGiB;
inline constexpr std::uint64_t kMaxScanCacheBytes = 2 * kGiB;  // of all files of layers' scans

}  // namespace supply
