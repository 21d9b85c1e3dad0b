// A Sigstore bundle: a signature and all that came to verify it, as values that nobody has checked. Source:
// sigstore/protobuf-specs, sigstore_bundle.proto; proto3 JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libsupply/trust/attest/dsse_envelope.hpp"
#include "libsupply/trust/attest/log_entry.hpp"

namespace supply::attest {

/// The annotation of a referrer that says what its bundle's statement is. Source: cosign v3, pkg/cosign/bundle.
inline constexpr std::string_view kPredicateTypeAnnotation = "dev.sigstore.bundle.predicateType";
inline constexpr std::string_view kBundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

struct MessageSignature {
  std::string digest_algorithm;  ///< "SHA2_256"; empty when the bundle has no messageDigest
  std::string digest;            ///< raw
  std::string signature;         ///< raw
};

using BundleContent = std::variant<Envelope, MessageSignature>;

struct Bundle {
  std::string media_type;
  std::string key_hint;  ///< verificationMaterial.publicKey.hint; empty when absent
  int minor = 3;         ///< of the version: 1 to 3
  /// DER, the signer's first; empty with a key. What follows the first is surplus that nobody needs or trusts.
  std::vector<std::string> certificates;
  std::vector<LogEntry> log_entries;
  std::vector<std::string> timestamps;  ///< DER of RFC 3161 TimeStampResp
  BundleContent content;

  /// Takes versions 0.1 to 0.3 in both spellings, and the members of proto JSON in both of theirs. Errors: malformed
  /// (also a member twice, both or neither of a choice, a chain in 0.3, an empty chain, an index below 0 or over 63
  /// bits, a proof without checkpoint), unsupported (another media type), limit_exceeded.
  static Result<Bundle> parse(std::string_view json);
};

/// One entry as proto3 JSON, as a bundle has it and Rekor v2 answers it. Errors: as Bundle::parse.
Result<LogEntry> parse_log_entry(std::string_view json);

/// The bundle's text in version 0.3, as cosign v3 writes it: compact proto3 JSON, no keyid. Of the certificates only
/// the first is written.
std::string to_bundle_json(const Bundle& bundle);
/// The same of what a key alone made.
std::string to_bundle_json(std::string_view key_hint, const BundleContent& content);

}  // namespace supply::attest
