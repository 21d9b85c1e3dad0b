// What a referrers list says of a manifest or an index: whose referrer it is, and of what type.
// Source: OCI image-spec v1.1, manifest.md and image-index.md; distribution-spec v1.1, "Listing Referrers".
#pragma once

#include <string>
#include <string_view>

#include "libsupply/image/oci/descriptor.hpp"

namespace supply::oci {

struct ManifestInfo {
  std::string media_type;
  std::string artifact_type;  ///< of a manifest without one, its config's media type; empty for an index without one
  Annotations annotations;
  std::optional<Digest> subject;
};

/// With `media_type` "" it is told from the content. Errors: those of Manifest::parse and Index::parse.
Result<ManifestInfo> parse_manifest_info(std::string_view bytes, std::string_view media_type);

/// The digest, as it is written, of the `subject` descriptor of a JSON object, well-formed beyond that or not; "" where
/// there is none.
std::string claimed_subject(std::string_view bytes);

}  // namespace supply::oci
