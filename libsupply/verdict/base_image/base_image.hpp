// Proves by layers that an image is built on a base. Names, labels and annotations are claims and prove nothing.
// Rules of its findings: base/not-based, base/unproven, base/dockerfile, base/claim.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/finding/finding.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/pins/base_reference.hpp"
#include "libsupply/image/oci/base_claim.hpp"
#include "libsupply/image/oci/platform.hpp"
#include "libsupply/image/oci/reference.hpp"
#include "libsupply/image/store/image.hpp"

namespace supply::base_image {

enum class Proof {
  unproven,   ///< cannot be told: squashed, or the base has no layers or not this platform (the default value)
  not_based,  ///< the layers show another base
  proven,     ///< the base's layers are the image's first, byte for byte after decompression
};
/// "proven", "not-based", "unproven". The view is of static storage.
std::string_view to_string(Proof answer);

struct PlatformProof {
  oci::Platform platform;
  Digest image;                     ///< the platform's manifest
  std::optional<Digest> base = {};  ///< the base's manifest for it; absent when the base does not have it
  Proof answer = Proof::unproven;
  std::size_t image_layers = 0, base_layers = 0;
  std::size_t equal_layers = 0;  ///< leading diff_ids that are equal
  std::optional<Digest> expected = {},
                        found = {};  ///< the first that differ: the base's, and the image's if it has one there
  bool history_is_prefix = false;    ///< the base's history entries are the image's first: a hint, no proof
  oci::BaseClaim claim = {};
  std::string reason = {};  ///< why not proven
};

/// The pure comparison. It takes the configs' word for the diff_ids; check() does not. An image that adds no layer to
/// its base (only configuration) is proven too; a base without layers proves nothing.
PlatformProof compare(const store::PlatformImage& image, const store::PlatformImage& base);

struct Report {
  Digest image, base;                    ///< what was asked about
  std::vector<PlatformProof> platforms;  ///< in the image's order
  std::vector<Finding> findings;  ///< an error for each platform that is not proven, a warning for each claim that
                                  ///< contradicts the proof; sorted
  std::vector<oci::LeftOut> left_out = {};  ///< entries of the image's index
  bool proven() const;                      ///< every platform, and there is at least one
};

struct Request {
  std::optional<oci::Platform> platform = {};   ///< only this one; without it every runnable one
  std::string image_name = {}, base_name = {};  ///< for places and messages; the stores' names when empty
  /// The base that the Dockerfile names: its digest must be that of `base_root`, or one of the manifests under it
  /// that were compared. Without a digest there, any image could be meant: a warning says so.
  std::optional<pins::BaseReference> dockerfile = {};
  /// The base as it was named beside the Dockerfile; absent where it is the one that the Dockerfile names. A Dockerfile
  /// without a digest must name the same repository and tag; where names cannot be compared, that is not known.
  std::optional<oci::Reference> named_base = {};
  /// Whether the image's diff_ids were computed from its layers already (rootfs::Layers). Else those layers whose
  /// blob is not the base's own are read and hashed here: a config could claim any diff_id.
  bool diff_ids_checked = false;
};

/// Compares every platform of the image with the base's image for that platform.
/// Errors: usage (the Dockerfile builds on scratch: there is no base to prove), mismatch (a layer is not what its
/// digest or the config's diff_id says), and those of store::images and rootfs::read_layer.
Result<Report> check(store::ImageSource& image, const oci::Descriptor& image_root, store::ImageSource& base,
                     const oci::Descriptor& base_root, const Request& request, Budget& budget);

/// A record; schema: schemas/base.schema.json.
nlohmann::json to_json(const Report& report);

}  // namespace supply::base_image
