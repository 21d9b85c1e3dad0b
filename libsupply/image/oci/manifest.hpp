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
  /// Whether a runtime may take the config for an image's: by its media type, in any spelling, or by one that says
  /// nothing.
  bool has_image_config() const;
  /// Whether a layer may be a file system, by its media type or by one that says nothing.
  bool has_file_system() const;
  /// Whether it is something to run. An image without layers is.
  bool is_image() const { return has_image_config() && (layers.empty() || has_file_system()); }
  /// Whether it is an artifact by all signs. What is neither is in doubt.
  bool is_artifact() const { return !has_image_config() && !has_file_system(); }

  /// `media_type` is what the descriptor said ("" when unknown). Errors: malformed (also for a body that could be read
  /// as an index too: CVE-2021-41190; also case variants of known members), unsupported (schema 1), limit_exceeded.
  static Result<Manifest> parse(std::string_view bytes, std::string_view media_type);
};

/// Whether a reader that goes by the bytes alone could take them for a manifest or an index: a JSON object, or the
/// begin of one that cannot be read, with a member that one has.
bool may_be_manifest(std::string_view bytes);

/// The bytes of an artifact manifest with these members: compact JSON, one fixed member order.
std::string to_bytes(const Manifest& manifest);

/// The descriptor of `{}`. Source: image-spec manifest.md, "Guidance for an Empty Descriptor".
Descriptor empty_descriptor();

}  // namespace supply::oci
