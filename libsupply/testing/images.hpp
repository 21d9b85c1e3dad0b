// The images under a descriptor, for tests that have nothing to say of what is left out.
#pragma once

#include "libsupply/image/store/image.hpp"

namespace supply::testing {

inline Result<std::vector<store::PlatformImage>> images(store::ImageSource& source, const oci::Descriptor& root,
                                                        const std::optional<oci::Platform>& wanted) {
  SUPPLY_TRY(store::Images found, store::images(source, root, wanted));
  return std::move(found.images);
}

}  // namespace supply::testing
