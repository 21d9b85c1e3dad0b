// What any SBOM, ours or another tool's, says is in an image, in one form that can be compared.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/pkg/purl.hpp"

namespace supply::sbom {

/// One package that a document lists.
struct Component {
  std::string name, version;  ///< as the document has them
  pkg::Purl purl;             ///< empty when it has none, or none that can be read
  std::string type;           ///< the purl's type; without a purl what the document otherwise shows, or empty
  std::string license;        ///< as declared there, or empty
};

/// Takes a purl that a document has. One that cannot be read leaves its type alone, so that a package of a kind that
/// Supply knows is never passed over for it.
void set_purl(Component& component, std::string_view text);

/// Whether it says by its purl, or otherwise, that it is a package of some kind, and no image: such a component is a
/// claim about what is there, also where the document has it as its subject, a file or an operating system.
bool names_package(const Component& component);

struct ParsedSbom {
  std::string format;                 ///< "SPDX-2.3", "CycloneDX-1.7"
  std::optional<Digest> manifest;     ///< the image that it says it describes
  std::vector<Component> components;  ///< without the image and its operating system; in the document's order
};

/// SPDX 2.2 and 2.3 JSON, CycloneDX JSON; also as a predicate the way older cosign wrote it (a text, or a text under
/// "Data"). Errors: malformed, unsupported (no format that is known), limit_exceeded.
Result<ParsedSbom> parse_sbom(std::string_view text);
Result<ParsedSbom> parsed_sbom_from_json(const nlohmann::json& value);
/// What a document is that is no JSON, by how it begins ("CycloneDX in XML", "in UTF-16"); empty when nobody knows.
std::string_view other_form(std::string_view text);
/// What an image really holds, in the same form.
ParsedSbom to_parsed_sbom(const pkg::Inventory& catalog);

}  // namespace supply::sbom
