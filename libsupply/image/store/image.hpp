// From a descriptor to the images that run under it: one manifest, or the runnable platforms of an index.
#pragma once

#include <vector>

#include "libsupply/image/oci/config.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/store/store.hpp"

namespace supply::store {

/// One platform's image, with manifest and config checked and parsed.
struct PlatformImage {
  oci::Descriptor descriptor;  ///< of the manifest
  oci::Manifest manifest;
  oci::Config config;
  oci::Platform platform;                  ///< the config's
  std::vector<oci::Descriptor> ancestors;  ///< the indexes above it, outermost first
};

/// The runnable images under `root` (a manifest, an index, nested indexes), in index order, each digest once;
/// BuildKit's attestation entries and artifacts are left out. With `wanted`, the one that fits best. Errors: not_found
/// (no runnable image; no such platform: the message lists those there are), malformed (also a config whose diff_ids do
/// not match the layers in number), limit_exceeded, and those of fetch().
Result<std::vector<PlatformImage>> images(ImageSource& source, const oci::Descriptor& root,
                                          const std::optional<oci::Platform>& wanted);

}  // namespace supply::store
