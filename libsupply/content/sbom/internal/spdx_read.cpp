#include "libsupply/content/sbom/internal/spdx_read.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/model_text.hpp"
#include "libsupply/content/sbom/internal/spdx_read_package.hpp"

namespace supply::sbom {
namespace {

constexpr std::string_view kKnownUnknown = "known unknown: ", kContext = "generation context: ",
                           kCreatedBy = "layer created by: ";

struct Edge {
  std::string from, type, to, comment;
};

Result<std::vector<Edge>> edges_of(const json::Value& root) {
  std::vector<Edge> edges;
  SUPPLY_TRY(const std::vector<std::string> described, json::string_list(root, "documentDescribes"));
  for (const std::string& id : described) edges.push_back({"SPDXRef-DOCUMENT", "DESCRIBES", id, ""});
  SUPPLY_TRY(const json::Value* relationships, json::optional_array(root, "relationships"));
  if (relationships == nullptr) return edges;
  for (const json::Value& one : *relationships) {
    Edge edge;
    SUPPLY_TRY(edge.type, json::require_string(one, "relationshipType"));
    SUPPLY_TRY(edge.from, json::require_string(one, "spdxElementId"));
    SUPPLY_TRY(edge.to, json::require_string(one, "relatedSpdxElement"));
    SUPPLY_TRY(edge.comment, json::string_or_empty(one, "comment"));
    // Some kinds have a second name, for the other direction.
    for (const auto& [other, usual] : {std::pair<std::string_view, std::string_view>("DESCRIBED_BY", "DESCRIBES"),
                                       {"CONTAINED_BY", "CONTAINS"},
                                       {"DEPENDENCY_OF", "DEPENDS_ON"}}) {
      if (edge.type != other) continue;
      std::swap(edge.from, edge.to);
      edge.type = usual;
    }
    edges.push_back(std::move(edge));
  }
  return edges;
}

// "A DEV_DEPENDENCY_OF B". Source: SPDX 2.3, 11.1.
pkg::Scope scope_of(std::string_view relationship) {
  if (relationship == "RUNTIME_DEPENDENCY_OF") return pkg::Scope::runtime;
  if (relationship == "OPTIONAL_DEPENDENCY_OF") return pkg::Scope::optional;
  for (const std::string_view each : {"DEV_DEPENDENCY_OF", "BUILD_DEPENDENCY_OF", "TEST_DEPENDENCY_OF"})
    if (relationship == each) return pkg::Scope::development;
  return pkg::Scope::unknown;
}

void add_edges(const std::vector<Edge>& edges, Reading& reading) {
  for (const Edge& edge : edges) {
    if (const pkg::Scope scope = scope_of(edge.type); scope != pkg::Scope::unknown)
      reading.add_scope(edge.from, scope, edge.to);
    else if (edge.type == "DEPENDS_ON") reading.add_dependency(edge.from, edge.to);
    else if (edge.type == "CONTAINS") reading.add_content(edge.from, edge.to);
    else if (edge.type == "OTHER" && edge.comment.starts_with("ownership-by-file-overlap"))
      reading.add_owner(edge.from, edge.to);
    else if (edge.type != "DESCRIBES" && !edge.comment.starts_with("evident-by"))
      reading.not_kept("relationships " + edge.type.substr(0, 64));
    reading.relate(edge.from, edge.to);
  }
}

Status read_creation(const json::Value& root, ParsedSbom& sbom) {
  SUPPLY_TRY(const json::Value* info, json::optional_object(root, "creationInfo"));
  if (info == nullptr) return {};
  SUPPLY_TRY(const std::string created, json::string_or_empty(*info, "created"));
  if (auto time = parse_rfc3339(created)) sbom.created = *time;
  SUPPLY_TRY(const std::vector<std::string> creators, json::string_list(*info, "creators"));
  for (const std::string& creator : creators) {
    constexpr std::string_view kTool = "Tool: ";
    if (creator.starts_with(kTool)) sbom.makers.tools.push_back(creator.substr(kTool.size()));
    else if (!asserts_nothing(creator)) sbom.makers.authors.push_back(creator);
  }
  SUPPLY_TRY(const std::string comment, json::string_or_empty(*info, "comment"));
  if (comment.starts_with(kContext)) sbom.generation_context = comment.substr(kContext.size());
  return {};
}

Status read_files(const json::Value& root, Reading& reading) {
  SUPPLY_TRY(const json::Value* files, json::optional_array(root, "files"));
  if (files == nullptr) return {};
  std::size_t index = 0;
  for (const json::Value& file : *files) {
    const std::string place = "file " + std::to_string(index++);
    DocumentFile read;
    SUPPLY_TRY(const std::string id, json::require_string(file, "SPDXID").at(place));
    SUPPLY_TRY(const std::string name, json::require_string(file, "fileName").at(place));
    read.path = inventory_path(name);
    SUPPLY_TRY(read.checksums, read_spdx_checksums(file).at(place));
    reading.add_file(id, std::move(read));
  }
  return {};
}

// `id` is the package's; empty: the document's own annotations.
Status read_annotations(const json::Value& element, const std::string& id, Reading& reading) {
  SUPPLY_TRY(const json::Value* annotations, json::optional_array(element, "annotations"));
  if (annotations == nullptr) return {};
  for (const json::Value& annotation : *annotations) {
    SUPPLY_TRY(const std::string comment, json::string_or_empty(annotation, "comment"));
    const auto said_after = [&](std::string_view words) {
      return comment.starts_with(words) ? std::string_view(comment).substr(words.size()) : std::string_view();
    };
    if (comment.starts_with(kKnownUnknown)) reading.add_unknown(said_after(kKnownUnknown));
    else if (comment.starts_with(kCreatedBy) && reading.add_layer(said_after(kCreatedBy))) continue;
    else if (!id.empty() && comment.starts_with(kModelWords) && reading.add_model(id, said_after(kModelWords)))
      continue;
    else reading.not_kept("annotations");
  }
  return {};
}

Status read_licenses(const json::Value& root, Reading& reading) {
  SUPPLY_TRY(const json::Value* licenses, json::optional_array(root, "hasExtractedLicensingInfos"));
  if (licenses == nullptr) return {};
  std::map<std::string, std::string> texts;
  for (const json::Value& license : *licenses) {
    SUPPLY_TRY(const std::string id, json::require_string(license, "licenseId"));
    SUPPLY_TRY(std::string text, json::string_or_empty(license, "extractedText"));
    texts.emplace(id, std::move(text));
  }
  reading.set_license_texts(texts);
  return {};
}

Status read_packages(const json::Value& root, const std::vector<Edge>& edges, Reading& reading) {
  std::set<std::string> roots, containers;
  for (const Edge& edge : edges) {
    if (edge.type == "DESCRIBES" && edge.from == "SPDXRef-DOCUMENT") roots.insert(edge.to);
    if (edge.type == "CONTAINS") containers.insert(edge.from);
  }
  SUPPLY_TRY(const json::Value* packages, json::optional_array(root, "packages"));
  if (packages == nullptr) return {};
  std::size_t index = 0;
  for (const json::Value& package : *packages) {
    const std::string place = "package " + std::to_string(index++);
    SUPPLY_TRY(const std::string id, json::require_string(package, "SPDXID").at(place));
    StatedElement& stated = reading.add_element(StatedElement::Role::package, id, "");
    PackageDetails details;
    SUPPLY_TRY(pkg::Package one, read_spdx_package(package, id, stated, details, reading).at(place));
    SUPPLY_TRY(read_annotations(package, id, reading).at(place));
    SUPPLY_TRY(const std::string purpose, json::string_or_empty(package, "primaryPackagePurpose").at(place));
    // A document may also describe the packages one by one; then they are what it lists. Whatever a package is said to
    // be beside, its purl is a claim.
    const bool is_image = pkg::type_of(one) == "oci" || purpose == "CONTAINER";
    const bool is_root = roots.contains(id) && (roots.size() == 1 || is_image);
    const bool is_origin = is_image && containers.contains(id) && (!is_root || roots.size() > 1);
    const bool is_system =
        purpose == "OPERATING-SYSTEM" || purpose == "OPERATING_SYSTEM" || id.starts_with("SPDXRef-OperatingSystem");
    if (is_root || is_origin) {
      SUPPLY_TRY(DocumentSubject subject, read_spdx_subject(package, one).at(place));
      stated.role = StatedElement::Role::subject;
      if (is_origin) reading.add_origin(id, subject);
      if (is_root) reading.add_subject(id);
      details.is_subject = is_root && !is_origin && names_package(one) && subject.kind != DocumentSubject::Kind::image;
      if (!names_package(one)) reading.not_kept_of_subject(subject, one, details);
      if (is_root && (!is_origin || !reading.sbom().subject.manifest)) reading.sbom().subject = std::move(subject);
    } else if (is_system) {
      SUPPLY_TRY(const std::string description, json::string_or_empty(package, "description").at(place));
      stated.role = StatedElement::Role::system;
      reading.add_system(id, {one.name, one.version == kUnknownVersion ? std::string() : one.version, description});
    }
    if (details.is_subject) details.purpose.clear();  // it is the subject's
    else if ((is_root || is_origin || is_system) && !names_package(one)) continue;
    reading.add_package(id, std::move(one), std::move(details));
  }
  return {};
}

Result<ParsedSbom> read(const json::Value& root, std::size_t bytes, SpdxForm form) {
  Result<std::string> version = json::require_string(root, "spdxVersion");
  if (!version) return std::move(version).error();
  // 2.2 took nothing away that 2.0 and 2.1 have, and of 2.2 there are editions.
  const bool known = version->starts_with("SPDX-2.") && version->size() > 7 && (*version)[7] >= '0' &&
                     (*version)[7] <= '3' && (version->size() == 8 || (*version)[8] == '.');
  if (form == SpdxForm::own && !known)
    return Error(ErrorCode::unsupported, "version " + quote(*version) + ": want SPDX-2.0 to SPDX-2.3, or 3.0.1");
  Reading reading(*std::move(version), bytes);
  SUPPLY_TRY(const std::vector<Edge> edges, edges_of(root));
  SUPPLY_TRY(read_creation(root, reading.sbom()));
  SUPPLY_TRY(read_annotations(root, "", reading));  // they have the layers in their order
  SUPPLY_TRY(read_packages(root, edges, reading));
  SUPPLY_TRY(read_files(root, reading));
  SUPPLY_TRY(read_licenses(root, reading));
  for (const char* member : {"snippets", "externalDocumentRefs", "reviewers"})
    if (const json::Value* value = json::find(root, member); value != nullptr && !value->empty())
      reading.not_kept(member);
  SUPPLY_TRY(reading.sbom().uri, json::string_or_empty(root, "documentNamespace"));
  if (form == SpdxForm::translated) {
    reading.sbom().states_completeness = json::find(root, kStatesCompleteness) != nullptr;
    SUPPLY_TRY(const std::vector<std::string> others, json::string_list(root, kNotKept));
    for (const std::string& what : others) reading.not_kept(what);
  }
  add_edges(edges, reading);
  return std::move(reading).finish();
}

}  // namespace

bool is_spdx(const RawDocument& document) {
  return document.value != nullptr && json::find(*document.value, "spdxVersion") != nullptr;
}

Result<ParsedSbom> read_spdx_value(const json::Value& root, std::size_t bytes, SpdxForm form) {
  return read(root, bytes, form).at("SPDX");
}
Result<ParsedSbom> read_spdx(const RawDocument& document) { return read_spdx_value(*document.value, document.bytes); }

}  // namespace supply::sbom
