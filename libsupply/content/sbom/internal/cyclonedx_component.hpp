// One component of a CycloneDX document.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/content/sbom/internal/reading.hpp"

namespace supply::sbom {

/// BSI's name of the property for the file that is deployed; the properties that say that the subject's dependencies
/// are all that is in it, and what a component is that CycloneDX has no type for.
inline constexpr std::string_view kBsiFileName = "bsi:component:filename",
                                  kContentsProperty = "supply:dependenciesAreContents",
                                  kPurposeProperty = "supply:purpose";

/// The component as an Inventory has it, and the statement of it. Errors: malformed.
Result<pkg::Package> read_cyclonedx_component(const nlohmann::json& component, const std::string& name,
                                              StatedElement& stated, PackageDetails& details, Reading& reading);
/// What a component says of an image, or of another thing that a document is about.
DocumentSubject read_cyclonedx_subject(const nlohmann::json& component, const pkg::Package& read);
/// "Organization: NAME (URL or address)" of an organizational entity or contact; empty when there is none.
std::string cyclonedx_maker(const nlohmann::json& parent, const char* member);
/// The values of the properties of that name.
std::vector<std::string> cyclonedx_properties(const nlohmann::json& element, std::string_view name);

}  // namespace supply::sbom
