// The predicate types of in-toto statements: their URIs, cosign's short names for them, and what each one is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::attest {

// The URIs that Supply itself writes or asks about.
inline constexpr std::string_view kCosignSignType = "https://sigstore.dev/cosign/sign/v1";
inline constexpr std::string_view kSpdxType = "https://spdx.dev/Document";
inline constexpr std::string_view kCycloneDxType = "https://cyclonedx.org/bom";
inline constexpr std::string_view kProvenanceV1Type = "https://slsa.dev/provenance/v1";
inline constexpr std::string_view kProvenanceV02Type = "https://slsa.dev/provenance/v0.2";
inline constexpr std::string_view kProvenanceV01Type = "https://slsa.dev/provenance/v0.1";
inline constexpr std::string_view kVerificationSummaryType = "https://slsa.dev/verification_summary/v1";

/// What a predicate is, whatever the version of its type.
enum class PredicateKind { image_signature, spdx, cyclonedx, provenance, vex, vulnerabilities, link, other };

/// Of the URI of a predicate type. A type that is not in the table, or only begins like one, is `other`.
PredicateKind predicate_kind(std::string_view type);
/// SPDX or CycloneDX.
bool is_sbom(std::string_view type);

/// Whether a statement of `type` is one of `wanted`: the same, or a versioned SPDX or CycloneDX type under its base
/// ("https://spdx.dev/Document/v2.3"). Source: in-toto/attestation, spec/predicates/spdx.md.
bool is_predicate_type(std::string_view type, std::string_view wanted);

/// The short names, in their order.
std::vector<std::string> predicate_type_names();

/// A short name of cosign's ("spdxjson", "slsaprovenance1") or a URI as the predicate type. Errors: usage, listing the
/// names.
Result<std::string> predicate_type_of(std::string_view name);

/// The predicate type to attest `predicate` under: that of `name` (a short name or a URI) where one is given, else the
/// one that the document's own members tell (SPDX, CycloneDX, SLSA provenance, OpenVEX, cosign's vulnerability report).
/// Errors: usage, when neither does, when the document is no JSON object, or is surely another kind than `name` says
/// (an SPDX document under "cyclonedx"), or when the type is none to attest.
Result<std::string> predicate_type_for(std::string_view name, std::string_view predicate);

/// Errors: usage, when a statement of the type is an image's signature: who attests says something about an image, and
/// does not sign it by the way.
Status check_attestable(std::string_view type);

/// The document without what may be around a JSON text: white space, and a byte order mark (RFC 8259, section 8.1).
std::string_view bare_document(std::string_view predicate);

}  // namespace supply::attest
