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

/// What a root says of the images under it, as far as it does not have to be asked of themselves.
struct Listed {
  oci::Descriptor descriptor;              ///< of the manifest
  std::optional<oci::Platform> platform;   ///< the index's word, else the config's; absent: nobody was asked
  std::vector<oci::Descriptor> ancestors;  ///< as above
};

/// The same manifests as those of images(), as the indexes above them have it: manifests and configs are read only
/// where an index is silent about the platform, and of a root that is a manifest only when one platform is `wanted`.
/// A root that is an artifact is listed like an image. Errors: as above.
Result<std::vector<Listed>> list(ImageSource& source, const oci::Descriptor& root,
                                 const std::optional<oci::Platform>& wanted);

}  // namespace supply::store
