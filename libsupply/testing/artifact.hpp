// What tests of stores put into them: bytes that are described, and artifacts that refer to an image. Tests only.
#pragma once

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/store.hpp"

namespace supply::testing {

/// For tests that are not about budgets.
inline Budget& budget() {
  static Budget all;
  return all;
}

inline oci::Descriptor describe(std::string_view bytes, std::string_view type = "application/octet-stream") {
  return {.media_type = std::string(type), .digest = crypto::sha256(bytes), .size = bytes.size()};
}

/// Stores an artifact of one layer as a referrer of `subject`, as trust/sign does; returns the manifest's digest.
inline Result<Digest> attach(store::ContentStore& store, const oci::Descriptor& subject, std::string_view content,
                             std::string_view type = "application/vnd.example", oci::Annotations annotations = {}) {
  oci::Manifest manifest{.media_type = std::string(oci::kManifestType),
                         .artifact_type = std::string(type),
                         .config = oci::empty_descriptor()};
  SUPPLY_TRY(oci::Descriptor config, store::put_bytes(store, "{}", oci::kEmptyType));
  SUPPLY_TRY(oci::Descriptor layer, store::put_bytes(store, content, type));
  manifest.layers.push_back(layer);
  manifest.annotations = std::move(annotations);
  manifest.subject = subject;
  const std::string bytes = oci::to_bytes(manifest);
  oci::Descriptor descriptor = describe(bytes, oci::kManifestType);
  descriptor.artifact_type = type;
  descriptor.annotations = manifest.annotations;
  SUPPLY_TRY(store.put_referrer(descriptor, bytes, subject.digest));
  return descriptor.digest;
}

}  // namespace supply::testing
