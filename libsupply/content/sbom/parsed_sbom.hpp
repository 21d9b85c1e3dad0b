// What any SBOM, ours or another tool's, says is in an image: an Inventory, and what the document says of itself.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/pkg/inventory.hpp"
#include "libsupply/content/sbom/document.hpp"
#include "libsupply/content/sbom/package_details.hpp"

namespace supply::sbom {

/// Takes a purl that a document has. One that cannot be read leaves its type alone, so that a package of a kind that
/// Supply knows is never passed over for it.
void set_purl(pkg::Package& package, std::string_view text);

/// Whether it says by its purl, or otherwise, that it is a package of some kind, and no image: such a package is a
/// claim about what is there, also where the document has it as its subject, a file or an operating system.
bool names_package(const pkg::Package& package);

/// What a document states of one thing in it, for those that ask whether it states enough. Texts are empty, too, where
/// the document says that it asserts nothing.
struct StatedElement {
  enum class Role { subject, package, system };
  Role role = Role::package;
  std::string id;    ///< in the document
  std::string name;  ///< as the document has it; may be empty
  std::string version;
  std::string supplier;                             ///< "Organization: unknown" is a statement
  std::string producer;                             ///< who made it: originator, manufacturer, author
  std::vector<std::string> identifiers;             ///< purls, CPEs, SWID tags, gitoids
  std::vector<std::string> hash_algorithms;         ///< "sha256"
  std::string license;                              ///< declared, or else concluded
  std::string declared_license, concluded_license;  ///< where the document says which of the two it is
  std::string file_name;                            ///< of the file that is deployed
  std::string source_address, deployable_address;   ///< of its source code, and of what is deployed
  bool is_related = false;                          ///< some relationship with another element names it
  bool states_dependencies = false;                 ///< what it depends on is stated, be it nothing
  bool states_kind = false;                         ///< whether it is executable, an archive and structured
};

/// A document that was read.
struct ParsedSbom {
  std::string format;                   ///< "SPDX-2.3", "CycloneDX-1.7"; "image" of an image that was read
  DocumentSubject subject;              ///< what it says that it describes, as far as it says it
  pkg::Inventory inventory;             ///< without the subject and its operating system; whatever it says is a claim
  std::vector<PackageDetails> details;  ///< of the inventory's packages, at the same index; may be shorter
  std::vector<DocumentFile> files;
  std::vector<Origin> origins;  ///< of a document of several images
  std::optional<Time> created;
  Makers makers;
  std::string uri;                   ///< of the document, as it says
  std::string generation_context;    ///< "post-build": the phase that it was made in, as it says; may be empty
  bool states_completeness = false;  ///< whether what it lists is all there is: that it is, is not, or not known
  bool lists_vulnerabilities = false;
  std::vector<StatedElement> elements;  ///< in the document's order
  std::vector<std::string> remarks;     ///< what its readers must know: what was left out of it on purpose
  std::vector<std::string> not_kept;    ///< what is in the document and in none of these, with its number; sorted
};

/// SPDX 2.2 and 2.3 in JSON and tag-value form, SPDX 3.0.1, CycloneDX and syft's own JSON; also as a predicate the way
/// older cosign wrote it (a text, or a text under "Data"), and as a text the predicate of an in-toto statement. Errors:
/// malformed, unsupported (no format that is known), limit_exceeded.
Result<ParsedSbom> parse_sbom(std::string_view text);
/// `bytes` is how long the text was.
Result<ParsedSbom> parsed_sbom_from_json(const nlohmann::json& value, std::size_t bytes);
/// What a document is that is no JSON, by how it begins ("CycloneDX in XML", "in UTF-16"); empty when nobody knows.
std::string_view other_form(std::string_view text);

}  // namespace supply::sbom
