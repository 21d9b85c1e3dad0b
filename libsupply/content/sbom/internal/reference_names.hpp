// How formats name the kinds of addresses that a document has of a package, the checksums, and what a package is.
#pragma once

#include <string>
#include <string_view>

namespace supply::sbom {

/// What Supply writes in a comment before the kind of an address that a format has no name for.
inline constexpr std::string_view kReferenceType = "referenceType: ";

/// The category of SPDX 2.3 that has the kind; "OTHER" of one that it does not know. Source: SPDX 2.3, annex F.
std::string_view spdx_category(std::string_view type);
/// Whether CycloneDX 1.6 knows the kind.
bool is_cyclonedx_reference(std::string_view type);
/// The kind in SPDX 3; empty where it has none of that name. Source: SPDX 3.0.1, Core, "ExternalRefType".
std::string_view spdx3_reference(std::string_view type);
/// The other way round; what is not known stays as it is.
std::string type_of_spdx3_reference(std::string_view name);
/// Whether it can be written as an address: without white space and control characters.
bool is_locator(std::string_view text);

/// "SHA3-256", "BLAKE2b-256"; empty for an algorithm that is none of SPDX 2.3's. Source: SPDX 2.3, 7.10.
std::string spdx_checksum(std::string_view algorithm);
/// "SHA-256", "SHA3-256"; empty for one that is none of CycloneDX 1.6's.
std::string cyclonedx_hash(std::string_view algorithm);
/// "sha3_256", "blake2b256". Source: SPDX 3.0.1, Core, "HashAlgorithm".
std::string spdx3_hash(std::string_view algorithm);

/// Of DocumentSubject::purpose, what CycloneDX 1.6 has for it; else "library".
std::string_view cyclonedx_type(std::string_view purpose);
/// The same of Package::purpose, where readers take that type for a package.
std::string_view cyclonedx_package_type(std::string_view purpose);
/// Of what a document says that a package is; empty of what says no more than that it is one, or that it is none.
std::string package_purpose(std::string_view purpose);
/// What SPDX 2.3 has for it; empty of a package whose purpose nobody says.
std::string spdx_purpose(std::string_view purpose);
/// Of what SPDX says.
std::string purpose_of_spdx(std::string_view text);

}  // namespace supply::sbom
