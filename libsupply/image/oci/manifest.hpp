// An image manifest (or an artifact in that form), parsed beside its bytes. Source: OCI image-spec v1.1, manifest.md.
#pragma once

#include "libsupply/image/oci/descriptor.hpp"

namespace supply::oci {

struct Manifest {
  std::string media_type;          ///< as written; the descriptor's when absent
  std::string artifact_type = {};  ///< as written; empty when absent
  Descriptor config;
  std::vector<Descriptor> layers = {};
  std::optional<Descriptor> subject = {};
  Annotations annotations = {};

  /// What the referrers list must say: artifactType, else the config's media type.
  const std::string& effective_artifact_type() const;
  /// Whether it is something to run: its config is an image config.
  bool is_image() const;

  /// `media_type` is what the descriptor said ("" when unknown). Errors: malformed (also for a body that could be read
  /// as an index too: CVE-2021-41190; also case variants of known members), unsupported (schema 1), limit_exceeded.
  static Result<Manifest> parse(std::string_view bytes, std::string_view media_type);
};

/// The bytes of an artifact manifest with these members: compact JSON, one fixed member order.
std::string to_bytes(const Manifest& manifest);

/// The descriptor of `{}`. Source: image-spec manifest.md, "Guidance for an Empty Descriptor".
Descriptor empty_descriptor();

}  // namespace supply::oci
