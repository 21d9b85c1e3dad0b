// Moves an image from one store to another, with everything that refers to it, digest for digest.
#pragma once

#include <atomic>

#include "libsupply/image/store/store.hpp"

namespace supply::store {

/// How far a copy is, to be shown. Any thread.
struct Progress {
  std::atomic<std::uint64_t> done{0}, total{0};  ///< bytes of blobs
};

struct CopyOptions {
  std::optional<oci::Platform> platform = {};  ///< only this one's manifest, without the index above it
  bool referrers = true;
  std::size_t transfers = 3;     ///< blobs at a time: few, so that a large one is not left alone at the end
  Progress* progress = nullptr;  ///< outlives the call
};

struct Copied {
  oci::Descriptor root;  ///< what is under the tag now
  std::size_t manifests = 0, blobs = 0, referrers = 0;
  std::uint64_t bytes = 0;  ///< of all blobs
  std::size_t mounted = 0;  ///< blobs that the destination took over by itself
};

/// Copies what `root` names: blobs first, then manifests, then what refers to any of them (referrers, and the tags
/// sha256-<hex>.sig, .att and .sbom; all of it recursively), the tag last, never without its evidence. With an
/// empty tag the image has no name there. Answers only after the destination was asked whether it has and lists all of
/// it. Layers that registries need not hold are left where they are. Errors: those of both stores; limit_exceeded;
/// not_found, when the destination does not show afterwards what was put.
Result<Copied> copy(ImageSource& from, const oci::Descriptor& root, ContentStore& to, const std::string& tag,
                    const CopyOptions& options);

}  // namespace supply::store
