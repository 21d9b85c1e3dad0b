// From a descriptor to the images that run under it: one manifest, or the entries of an index. The one place where it
// is decided what of an index is judged and what is not. Nothing is passed over but what no runtime can choose; where
// runtimes may differ, all that they may choose is judged. What they choose by is in internal/choice.hpp. The media
// types of entries and layers are not looked at by all of them (skopeo goes by the bytes; Docker runs configs of
// application/octet-stream, application/json, text/html and no type at all).
#pragma once

#include <vector>

#include "libsupply/image/oci/config.hpp"
#include "libsupply/image/oci/left_out.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/store/store.hpp"

namespace supply::store {

/// One platform's image, with manifest and config checked and parsed.
struct PlatformImage {
  oci::Descriptor descriptor;  ///< of the manifest
  oci::Manifest manifest;
  oci::Config config;
  oci::Platform platform;                  ///< the config's; the index's where the two contradict each other
  std::vector<oci::Descriptor> ancestors;  ///< the indexes above it, outermost first
  /// Where the index lists the manifest for several platforms: the others, by the same rule. What depends on the
  /// platform is asked for each.
  std::vector<oci::Platform> also_for = {};

  /// `platform`, then `also_for`.
  std::vector<oci::Platform> platforms() const;
};

struct Images {
  std::vector<PlatformImage> images;
  std::vector<oci::LeftOut> left_out;  ///< in index order
};

/// The images under `root` (a manifest, an index, nested indexes), in index order, each digest once
/// (PlatformImage::also_for). Left out are entries of the platform unknown/unknown, and those without a platform that
/// are attestations or artifacts by all signs: every report must list them. With `wanted`, every image that a runtime
/// may choose for that platform: several where the index says it more than once, or the variant was not said. Errors:
/// not_found (no image; no such platform: the message lists those there are), unsupported (an entry that may be an
/// image in a form that cannot be judged), malformed (also a config whose diff_ids do not match the layers in number),
/// limit_exceeded, and those of fetch().
Result<Images> images(ImageSource& source, const oci::Descriptor& root, const std::optional<oci::Platform>& wanted);

/// What a root says of the images under it, as far as it does not have to be asked of themselves.
struct PlatformManifest {
  oci::Descriptor descriptor;                ///< of the manifest
  std::optional<oci::Platform> platform;     ///< the index's word, else the config's; absent: nobody was asked
  std::vector<oci::Descriptor> ancestors;    ///< as above
  std::vector<oci::Platform> also_for = {};  ///< as above
};

struct PlatformManifests {
  std::vector<PlatformManifest> images;
  std::vector<oci::LeftOut> left_out;
};

/// The same decisions as those of images(), with manifests and configs read only where an index is silent about the
/// platform, and of a root that is a manifest only when one platform is `wanted`. A root that is an artifact is listed
/// like an image. Errors: as above.
Result<PlatformManifests> platform_manifests(ImageSource& source, const oci::Descriptor& root,
                                             const std::optional<oci::Platform>& wanted);

/// The manifest for a platform, for a question that can be about one only. Errors: usage (a runtime may choose
/// several), and as above.
Result<oci::Descriptor> manifest_for(ImageSource& source, const oci::Descriptor& root, const oci::Platform& wanted);

}  // namespace supply::store
