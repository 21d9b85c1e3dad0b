// Of a base image that has moved on: the older image of it that the image was built on.
#pragma once

#include "libsupply/verdict/gate/collect.hpp"

namespace supply::gate {

/// What BaseCandidate becomes where the image names an older image of the base (org.opencontainers.image.base.name and
/// .digest), that one is in the base's repository, and its layers prove it: proven, with `behind`. `today` where it
/// names none, or its layers show another; unknown where that image, or a time of the two, cannot be had. Errors: those
/// of base_image::check().
Result<policy::BaseCandidate> older_base(store::ImageSource& source, const oci::Descriptor& root,
                                         const policy::PlatformFacts& platform, const policy::BaseCandidate& today,
                                         bool diff_ids_checked, const Options& options, Budget& budget);

}  // namespace supply::gate
