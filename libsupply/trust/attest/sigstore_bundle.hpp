// A Sigstore bundle, as far as keys need it. Source: sigstore/protobuf-specs, sigstore_bundle.proto; proto3 JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "libsupply/trust/attest/dsse_envelope.hpp"

namespace supply::attest {

/// The annotation of a referrer that says what its bundle's statement is. Source: cosign v3, pkg/cosign/bundle.
inline constexpr std::string_view kPredicateTypeAnnotation = "dev.sigstore.bundle.predicateType";
inline constexpr std::string_view kBundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

struct MessageSignature {
  std::string digest_algorithm;  ///< "SHA2_256"; empty when the bundle has no messageDigest
  std::string digest;            ///< raw
  std::string signature;         ///< raw
};

struct Bundle {
  std::string media_type;
  std::string key_hint;  ///< verificationMaterial.publicKey.hint; empty when absent
  bool has_certificate = false;
  bool has_log_entries = false;
  bool has_timestamps = false;
  std::variant<Envelope, MessageSignature> content;

  /// Takes versions 0.1 to 0.3 in both spellings. Errors: malformed, unsupported (another media type), limit_exceeded.
  static Result<Bundle> parse(std::string_view json);
};

/// What cosign v3 writes with a key: compact proto3 JSON, no keyid, no log entries.
std::string to_bundle_json(std::string_view key_hint, const std::variant<Envelope, MessageSignature>& content);

}  // namespace supply::attest
