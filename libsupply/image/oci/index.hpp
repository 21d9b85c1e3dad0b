// An image index, parsed beside its bytes. Source: OCI image-spec v1.1, image-index.md.
#pragma once

#include "libsupply/image/oci/descriptor.hpp"

namespace supply::oci {

struct Index {
  std::string media_type;  ///< empty when absent (index.json of skopeo and umoci)
  std::string artifact_type = {};
  std::vector<Descriptor> manifests = {};
  std::optional<Descriptor> subject = {};
  Annotations annotations = {};

  /// Errors: malformed (also a body that could be read as a manifest too: CVE-2021-41190), limit_exceeded.
  static Result<Index> parse(std::string_view bytes, std::string_view media_type);
};

/// Compact JSON, one fixed member order.
std::string to_bytes(const Index& index);

}  // namespace supply::oci
