// The base that an image names. It is a claim, and proves nothing.
#pragma once

#include <string>

#include "libsupply/image/oci/config.hpp"

namespace supply::oci {

struct BaseClaim {
  std::string name, digest;  ///< empty when absent; as written
};

/// By the manifest's annotations, each before the config's label of the same name; an annotation that is empty says
/// that there is none. Source: OCI image-spec v1.1, annotations.md, "org.opencontainers.image.base.*".
BaseClaim base_claim(const Annotations& annotations, const Config& config);

}  // namespace supply::oci
