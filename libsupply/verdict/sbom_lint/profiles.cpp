// The profiles. An element is the image, its operating system, or a package.
// Sources: NTIA, "The Minimum Elements For a Software Bill of Materials" (July 2021), data fields and practices; CISA,
// "2025 Minimum Elements for a Software Bill of Materials", draft of August 2025, data fields; BSI TR-03183-2 version
// 2.1.0, sections 4 and 5; Regulation (EU) 2024/2847, annex I, part II, 1.
#include <algorithm>
#include <array>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/sbom_lint/sbom_lint.hpp"

namespace supply::sbom_lint {
namespace {

using sbom::ParsedSbom;
using sbom::StatedElement;

bool has_author(const ParsedSbom& sbom) { return !sbom.makers.authors.empty(); }
bool has_maker(const ParsedSbom& sbom) { return !sbom.makers.authors.empty() || !sbom.makers.tools.empty(); }
bool has_tool(const ParsedSbom& sbom) { return !sbom.makers.tools.empty(); }
bool has_time(const ParsedSbom& sbom) { return sbom.created.has_value(); }
bool has_context(const ParsedSbom& sbom) { return !sbom.generation_context.empty(); }
bool has_name(const StatedElement& element) { return !element.name.empty(); }
bool has_version(const StatedElement& element) { return !element.version.empty(); }
bool has_supplier(const StatedElement& element) { return !element.supplier.empty(); }
bool has_producer(const StatedElement& element) { return has_supplier(element) || !element.producer.empty(); }
// The document's own name of it can serve, too: the checker of NTIA's elements that SPDX publishes takes it.
bool has_any_id(const StatedElement& element) { return !element.id.empty() || !element.identifiers.empty(); }
bool has_identifier(const StatedElement& element) {
  return element.role != StatedElement::Role::package || !element.identifiers.empty();
}
bool has_hash(const StatedElement& element) {
  return element.role == StatedElement::Role::system || !element.hash_algorithms.empty();
}
bool has_license(const StatedElement& element) {
  return element.role != StatedElement::Role::package || !element.license.empty();
}
bool is_related(const StatedElement& element) { return element.is_related; }

bool describes_something(const ParsedSbom& sbom) {
  return std::any_of(sbom.elements.begin(), sbom.elements.end(), [](const StatedElement& e) { return e.is_related; });
}

// "… (sbom@example.org)", or an address on the web.
bool has_address(std::string_view text) {
  return text.find('@') != std::string_view::npos || text.find("://") != std::string_view::npos;
}
bool bsi_author(const ParsedSbom& sbom) {
  return std::any_of(sbom.makers.authors.begin(), sbom.makers.authors.end(), has_address);
}
bool bsi_format(const ParsedSbom& sbom) {
  return sbom.format.starts_with("SPDX-3.") || sbom.format == "CycloneDX-1.6" || sbom.format == "CycloneDX-1.7";
}
bool bsi_no_vulnerabilities(const ParsedSbom& sbom) { return !sbom.lists_vulnerabilities; }
bool bsi_creator(const StatedElement& element) {
  return has_address(element.producer) || has_address(element.supplier);
}
// Under which licences it can be used. In SPDX and CycloneDX that is the concluded one (tables 9 and 11 of the text).
bool bsi_license(const StatedElement& element) {
  return element.role == StatedElement::Role::system || !element.concluded_license.empty();
}
bool bsi_original_license(const StatedElement& element) {
  return element.role != StatedElement::Role::package || !element.declared_license.empty();
}
bool bsi_source(const StatedElement& element) {
  return element.role != StatedElement::Role::package || !element.source_address.empty();
}
bool bsi_deployable(const StatedElement& element) {
  return element.role != StatedElement::Role::package || !element.deployable_address.empty();
}
bool bsi_uri(const ParsedSbom& sbom) { return !sbom.uri.empty(); }
bool bsi_hash(const StatedElement& element) {
  const auto& all = element.hash_algorithms;
  return element.role != StatedElement::Role::package || std::find(all.begin(), all.end(), "sha512") != all.end();
}
bool bsi_file_name(const StatedElement& element) {
  return element.role != StatedElement::Role::package || !element.file_name.empty();
}
bool bsi_kind(const StatedElement& element) {
  return element.role != StatedElement::Role::package || element.states_kind;
}
bool bsi_completeness(const ParsedSbom& sbom) { return sbom.states_completeness; }

bool cra_format(const ParsedSbom& sbom) {
  return sbom.format.starts_with("SPDX-") || sbom.format.starts_with("CycloneDX-");
}
bool cra_subject(const ParsedSbom& sbom) { return !sbom.subject.name.empty() || sbom.subject.manifest.has_value(); }
bool cra_components(const ParsedSbom& sbom) {
  return std::any_of(sbom.elements.begin(), sbom.elements.end(),
                     [](const StatedElement& e) { return e.role == StatedElement::Role::package; });
}

constexpr Requirement of_document(std::string_view id, std::string_view title, std::string_view expected,
                                  bool (*holds)(const ParsedSbom&), Obligation obligation = Obligation::must) {
  return {id, title, expected, obligation, holds, nullptr};
}
constexpr Requirement of_element(std::string_view id, std::string_view title, std::string_view expected,
                                 bool (*holds)(const StatedElement&), Obligation obligation = Obligation::must) {
  return {id, title, expected, obligation, nullptr, holds};
}

constexpr std::array kNtia = {
    of_document("ntia/author", "who made the document is stated", "an author or a tool", has_maker),
    of_document("ntia/timestamp", "when the document was made is stated", "a time of creation", has_time),
    of_document("ntia/relationship", "what the document describes is stated",
                "a relationship between the document's elements", describes_something),
    of_element("ntia/supplier", "each element has a supplier", "a supplier", has_supplier),
    of_element("ntia/name", "each element has a name", "a name", has_name),
    of_element("ntia/version", "each element has a version", "a version", has_version),
    of_element("ntia/identifier", "each element has a unique identifier", "a purl, a CPE or an id", has_any_id),
    of_element("ntia/inclusion", "each element is included in another", "a relationship with another element",
               is_related, Obligation::should),
};

constexpr std::array kCisa = {
    of_document("cisa/author", "who made the document is stated", "an author that is no tool (--author)", has_author),
    of_document("cisa/tool", "what made the document is stated", "the name of a tool", has_tool),
    of_document("cisa/timestamp", "when the document was made is stated", "a time of creation", has_time),
    of_document("cisa/context", "in which phase the document was made is stated",
                "a generation context: before build, build or after build", has_context),
    of_element("cisa/producer", "each element has a producer", "a producer or supplier", has_producer),
    of_element("cisa/name", "each element has a name", "a name", has_name),
    of_element("cisa/version", "each element has a version", "a version", has_version),
    of_element("cisa/identifier", "each element has an identifier", "a purl, a CPE or a SWID tag", has_identifier),
    of_element("cisa/hash", "each element has a hash", "a cryptographic hash of the component", has_hash),
    of_element("cisa/license", "each package has a licence", "a declared or concluded licence", has_license),
    of_element("cisa/relationship", "each element is related to another", "a relationship with another element",
               is_related),
};

constexpr std::array kBsi = {
    of_document("bsi/format", "the format is one of those asked for", "CycloneDX 1.6 or newer, or SPDX 3.0.1 or newer",
                bsi_format),
    of_document("bsi/author", "who made the document can be reached", "an author with an e-mail address or a URL",
                bsi_author),
    of_document("bsi/timestamp", "when the document was made is stated", "a time of creation", has_time),
    of_document("bsi/no-vulnerabilities", "the document lists no vulnerabilities", "no vulnerabilities in the SBOM",
                bsi_no_vulnerabilities),
    of_document("bsi/completeness", "whether all dependencies are listed is stated",
                "whether the list of dependencies is complete, is not, or nobody knows", bsi_completeness),
    of_element("bsi/creator", "who made each component can be reached", "a creator with an e-mail address or a URL",
               bsi_creator),
    of_element("bsi/name", "each component has a name", "a name", has_name),
    of_element("bsi/version", "each component has a version", "a version", has_version),
    of_element("bsi/filename", "each component has a file name", "the file name of the component", bsi_file_name),
    of_element("bsi/dependencies", "each component is related to others", "dependencies, or that it is contained",
               is_related),
    of_element("bsi/license", "each component has its distribution licences",
               "the licences under which it can be used (concluded)", bsi_license),
    of_element("bsi/hash", "each component has a SHA-512", "a SHA-512 of the deployable component", bsi_hash),
    of_element("bsi/properties", "it is stated of each component whether it is executable, archive and structured",
               "the executable, archive and structured properties", bsi_kind),
    of_document("bsi/uri", "the document has a URI, where one exists", "a serial number, namespace or id of the SBOM",
                bsi_uri, Obligation::should),
    of_element("bsi/source", "each component has the URI of its source code, where one exists",
               "the address of the source code", bsi_source, Obligation::should),
    of_element("bsi/deployable", "each component has the URI of its deployable form, where one exists",
               "the address that the component can be downloaded from", bsi_deployable, Obligation::should),
    of_element("bsi/identifier", "each component has a unique identifier, where one exists", "a purl or a CPE",
               has_identifier, Obligation::should),
    of_element("bsi/original-license", "each component has its original licences, where they exist",
               "the licences that its creator gave it (declared)", bsi_original_license, Obligation::should),
};

constexpr std::array kCra = {
    of_document("cra/format", "the format is commonly used and machine-readable", "SPDX or CycloneDX", cra_format),
    of_document("cra/product", "the product is named", "what the document describes: a name or a digest", cra_subject),
    of_document("cra/components", "components are listed", "at least one component", cra_components),
    of_document("cra/dependencies", "at least the top-level dependencies are stated",
                "relationships between the product and its components", describes_something),
    of_element("cra/name", "each component has a name", "a name", has_name),
    of_element("cra/version", "each component has a version", "a version", has_version, Obligation::should),
    of_element("cra/identifier", "each component can be looked up", "a purl or a CPE", has_identifier,
               Obligation::should),
    of_document("cra/author", "who made the document is stated", "an author that is no tool (--author)", has_author,
                Obligation::should),
};

constexpr std::array<Profile, 4> kProfiles = {{
    {"bsi", "BSI TR-03183-2 version 2.1.0", kBsi, "spdx3-json"},  // an older SPDX is not among those asked for
    {"cisa", "CISA, 2025 Minimum Elements for a Software Bill of Materials (draft of August 2025)", kCisa},
    {"cra", "Regulation (EU) 2024/2847 (Cyber Resilience Act), annex I, part II, 1", kCra},
    {"ntia", "NTIA, The Minimum Elements For a Software Bill of Materials (July 2021)", kNtia},
}};

}  // namespace

std::span<const Profile> all_profiles() { return kProfiles; }

Result<const Profile*> find_profile(std::string_view name) {
  for (const Profile& profile : kProfiles)
    if (profile.name == name) return &profile;
  return Error(ErrorCode::usage, "profile " + quote(name) + ": want one of " +
                                     join(kProfiles, ", ", [](const Profile& profile) { return profile.name; }));
}

}  // namespace supply::sbom_lint
