#include "libsupply/content/sbom/internal/cyclonedx.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/expression.hpp"
#include "libsupply/content/sbom/internal/cyclonedx_component.hpp"
#include "libsupply/content/sbom/internal/document_ids.hpp"
#include "libsupply/content/sbom/internal/elements.hpp"
#include "libsupply/content/sbom/internal/reading.hpp"
#include "libsupply/content/sbom/internal/reference_names.hpp"
#include "libsupply/content/sbom/internal/remarks.hpp"
#include "libsupply/content/sbom/internal/spdx_licenses.hpp"

namespace supply::sbom {
namespace {

using json::JsonWriter;

constexpr std::string_view kRootRef = "image", kSystemRef = "operating-system", kModelType = "machine-learning-model";

struct Plan {
  Plan(const DocumentContent& of, std::string_view of_version);
  const DocumentContent& document;
  PackageIds ids;
  LicenseRefs licenses;
  // Names of licences in expressions whose texts are known, and the first package with each. From 1.7 on its component
  // has the text, before that a property of the document's subject.
  std::map<std::string, std::size_t> in_expressions;
  bool has_expression_details;
  std::map<std::string_view, std::vector<std::size_t>> by_origin;  // indices of the packages of several inventories
  std::vector<std::size_t> without_origin;                         // of those in none of them, and not the subject
  // Whether the document says what its subject needs. Else all that is in it is listed as such, and a property says so.
  bool states_needs() const { return ids.subject() && !document.catalog.packages[*ids.subject()].depends.empty(); }
};

// One SPDX identifier and one name of a package's own are no expressions.
bool is_expression(const LicenseRefs& licenses, const std::string& declared) {
  return !license::find_license(declared) && !licenses.texts().contains(declared);
}

Plan::Plan(const DocumentContent& of, std::string_view of_version)
    : document(of), ids(of, "", kRootRef), licenses(of.catalog), has_expression_details(of_version == "1.7") {
  if (of.origins != nullptr)
    for (const Origin& origin : *of.origins) by_origin[origin.key];
  for (std::size_t i = 0; i < of.catalog.packages.size(); ++i) {
    const auto origin = by_origin.find(of.catalog.packages[i].origin);
    if (origin != by_origin.end()) origin->second.push_back(i);
    else if (ids.subject() != i) without_origin.push_back(i);
  }
  for (std::size_t i = 0; i < of.catalog.packages.size(); ++i) {
    if (of.catalog.packages[i].license_texts.empty()) continue;
    const pkg::Package& package = of.catalog.packages[i];
    const std::string said =
        package.declared_license.empty() ? licenses.concluded(package) : licenses.declared(package);
    if (!is_expression(licenses, said)) continue;
    const auto expression = license::Expression::parse(said);
    if (!expression) continue;
    for (const std::string& name : expression->licenses()) {
      const auto text = licenses.texts().find(name);
      if (text != licenses.texts().end() && !text->second.empty()) in_expressions.try_emplace(name, i);
    }
  }
}

void write_hash(JsonWriter& json, std::string_view algorithm, std::string_view hex) {
  const std::string name = cyclonedx_hash(algorithm);
  if (name.empty()) return;  // a property then, see write_component; a manifest's digest is its version too
  json.open('{');
  json.member("alg", name);
  json.member("content", hex);
  json.close('}');
}

void write_property(JsonWriter& json, std::string_view name, std::string_view value) {
  json.open('{');
  json.member("name", name);
  json.member("value", value);
  json.close('}');
}

// "supply-0.1.0"
void write_tool(JsonWriter& json, std::string_view tool) {
  const std::size_t dash = tool.rfind('-');
  json.open('{');
  json.member("type", "application");
  json.member("name", tool.substr(0, dash));
  if (dash != std::string_view::npos) json.member("version", tool.substr(dash + 1));
  json.close('}');
}

void write_tools(JsonWriter& json, const std::vector<std::string>& tools, const std::string& own) {
  json.key("tools");
  json.open('{');
  json.key("components");
  json.open('[');
  for (const std::string& tool : tools)
    if (tool != own) write_tool(json, tool);
  write_tool(json, own);
  json.close(']');
  json.close('}');
}

// "Person: A B (a@example.org)" as a name and an address.
std::pair<std::string_view, std::string_view> name_and_address(std::string_view maker) {
  maker = maker.substr(maker.find(": ") + 2);
  const auto at = maker.rfind(" (");
  if (at == std::string_view::npos || !maker.ends_with(')')) return {maker, {}};
  return {maker.substr(0, at), maker.substr(at + 2, maker.size() - at - 3)};
}

void write_contact(JsonWriter& json, std::string_view name, std::string_view address) {
  json.open('{');
  json.member("name", name);
  if (address.find('@') != std::string_view::npos) json.member("email", address);
  json.close('}');
}

// "Organization: Example (sbom@example.org)"
void write_manufacturer(JsonWriter& json, std::string_view organization) {
  const auto [name, address] = name_and_address(organization);
  json.key("manufacturer");
  json.open('{');
  json.member("name", name);
  if (address.find('@') != std::string_view::npos) {
    json.key("contact");
    json.open('[');
    json.open('{');
    json.member("email", address);
    json.close('}');
    json.close(']');
  } else if (!address.empty()) {
    json.key("url");
    json.open('[');
    json.string(address);
    json.close(']');
  }
  json.close('}');
}

// An organization is the manufacturer of the document, people are its authors.
void write_authors(JsonWriter& json, const std::vector<std::string>& authors) {
  const auto is_person = [](const std::string& author) { return !author.starts_with("Organization: "); };
  if (std::any_of(authors.begin(), authors.end(), is_person)) {
    json.key("authors");
    json.open('[');
    for (const std::string& author : authors) {
      const auto [name, address] = name_and_address(author);
      if (is_person(author)) write_contact(json, name, address);
    }
    json.close(']');
  }
  const auto organization = std::find_if_not(authors.begin(), authors.end(), is_person);
  if (organization == authors.end()) return;
  write_manufacturer(json, *organization);
}

// "Organization: Debian" and "Person: A B (a@example.org)".
void write_supplier(JsonWriter& json, std::string_view supplier) {
  const std::size_t colon = supplier.find(": ");
  if (colon == std::string_view::npos) return;
  const auto [name, address] = name_and_address(supplier);
  json.key("supplier");
  json.open('{');
  const bool is_person = supplier.starts_with("Person: ");
  json.member("name", is_person ? name : supplier.substr(colon + 2));
  if (is_person) {
    json.key("contact");
    json.open('[');
    write_contact(json, name, address);
    json.close(']');
  }
  json.close('}');
}

std::string_view type_of(const DocumentSubject& subject) {
  switch (subject.kind) {
    case DocumentSubject::Kind::image: return "container";
    case DocumentSubject::Kind::source: return "application";
    case DocumentSubject::Kind::other: break;
  }
  return subject.purpose.empty() ? std::string_view("application") : cyclonedx_type(subject.purpose);
}

using WriteProperties = std::function<void()>;
void write_component(JsonWriter& json, const Plan& plan, std::size_t index, const WriteProperties& more = {});

// What the document says of all of it.
void write_remarks(JsonWriter& json, const Plan& plan) {
  for (const pkg::KnownUnknown& unknown : plan.document.catalog.unknowns)
    write_property(json, "supply:knownUnknown", unknown.cataloger + ": " + unknown.to_string());
  for (const std::string& remark : plan.document.remarks) write_property(json, "supply:remark", remark);
  for (const Remark& remark : remarks_of(plan.document.catalog))
    write_property(json, "supply:" + std::string(remark.name), remark.text);
  if (!plan.has_expression_details)
    for (const auto& [name, first] : plan.in_expressions)
      write_property(json, "supply:licenseText", name + ": " + std::string(plan.licenses.texts().at(name)));
}

void write_metadata(JsonWriter& json, const Plan& plan) {
  const DocumentSubject& subject = plan.document.subject;
  json.key("metadata");
  json.open('{');
  json.member("timestamp", to_rfc3339(plan.document.created));
  if (!plan.document.generation_context.empty()) {
    static constexpr std::array<std::string_view, 7> kPhases = {"design",     "pre-build", "build",       "post-build",
                                                                "operations", "discovery", "decommission"};
    const bool known = std::find(kPhases.begin(), kPhases.end(), plan.document.generation_context) != kPhases.end();
    json.key("lifecycles");
    json.open('[');
    json.open('{');
    json.member(known ? "phase" : "name", plan.document.generation_context);
    json.close('}');
    json.close(']');
  }
  write_cyclonedx_makers(json, plan.document.makers, plan.document.tool);
  json.key("component");
  const auto write_properties = [&] {
    write_cyclonedx_subject_properties(json, subject);
    if (plan.ids.subject() && !plan.states_needs()) write_property(json, kContentsProperty, "true");
    write_remarks(json, plan);
  };
  if (const auto index = plan.ids.subject()) {
    write_component(json, plan, *index, write_properties);
  } else {
    open_cyclonedx_subject(json, subject, plan.document.origins == nullptr ? type_of(subject) : "application",
                           kRootRef);
    json.key("properties");
    json.open('[');
    write_properties();
    json.close(']');
    json.close('}');
  }
  json.close('}');
  json.line();
}

void write_text(JsonWriter& json, std::string_view content) {
  json.key("text");
  json.open('{');
  json.member("content", content);
  json.close('}');
}

// Source: CycloneDX 1.7, "expressionDetails". Each text is there once.
void write_expression_details(JsonWriter& json, const Plan& plan, std::size_t index) {
  bool is_open = false;
  for (const auto& [ref, text] : plan.document.catalog.packages[index].license_texts) {
    const std::string name = plan.licenses.name_of(ref, text);
    const auto first = plan.in_expressions.find(name);
    if (first == plan.in_expressions.end() || first->second != index) continue;
    if (!is_open) {
      json.key("expressionDetails");
      json.open('[');
      is_open = true;
    }
    json.open('{');
    json.member("licenseIdentifier", name);
    write_text(json, text);
    json.close('}');
  }
  if (is_open) json.close(']');
}

// One SPDX identifier is that, one name of the package's own is its text, all else is an expression.
// Source: CycloneDX 1.6, "licenseChoice", "acknowledgement".
void write_license(JsonWriter& json, const Plan& plan, std::size_t index, const std::string& said,
                   std::string_view acknowledgement) {
  json.open('{');
  if (is_expression(plan.licenses, said)) {
    json.member("expression", said);
    if (!acknowledgement.empty()) json.member("acknowledgement", acknowledgement);
    if (plan.has_expression_details) write_expression_details(json, plan, index);
  } else {
    json.key("license");
    json.open('{');
    if (const auto id = license::find_license(said)) {
      json.member("id", *id);
    } else {
      const std::string_view text = plan.licenses.texts().at(said);
      json.member("name", said);
      write_text(json, text.empty() ? std::string_view(said) : text);
    }
    if (!acknowledgement.empty()) json.member("acknowledgement", acknowledgement);
    json.close('}');
  }
  json.close('}');
}

// Beside a declared licence another concluded one: where one of them is an expression, the list has no room for both.
bool is_concluded_a_property(const Plan& plan, const std::string& declared, const std::string& concluded) {
  return !declared.empty() && !concluded.empty() && concluded != declared &&
         (is_expression(plan.licenses, declared) || is_expression(plan.licenses, concluded));
}

void write_licenses(JsonWriter& json, const Plan& plan, std::size_t index) {
  const pkg::Package& package = plan.document.catalog.packages[index];
  const std::string declared = plan.licenses.declared(package), concluded = plan.licenses.concluded(package);
  if (declared.empty() && concluded.empty()) return;
  const bool both = !declared.empty() && !concluded.empty() && concluded != declared &&
                    !is_concluded_a_property(plan, declared, concluded);
  json.key("licenses");
  json.open('[');
  if (!declared.empty()) write_license(json, plan, index, declared, both ? "declared" : "");
  if (both || declared.empty()) write_license(json, plan, index, concluded, "concluded");
  json.close(']');
}

// Source: CycloneDX 1.6, "modelCard", "pedigree".
void write_model(JsonWriter& json, const pkg::Model& model) {
  if (!model.base_models.empty()) {
    json.key("pedigree");
    json.open('{');
    json.key("ancestors");
    json.open('[');
    for (const std::string& base : model.base_models) {
      json.open('{');
      json.member("type", kModelType);
      json.member("name", base);
      json.close('}');
    }
    json.close(']');
    json.close('}');
  }
  json.key("modelCard");
  json.open('{');
  json.key("modelParameters");
  json.open('{');
  if (!model.architecture.empty()) json.member("architectureFamily", model.architecture);
  if (!model.datasets.empty()) {
    json.key("datasets");
    json.open('[');
    for (const std::string& dataset : model.datasets) {
      json.open('{');
      json.member("type", "dataset");
      json.member("name", dataset);
      json.close('}');
    }
    json.close(']');
  }
  json.close('}');
  json.close('}');
}

// Who made it: organizations and people have members of their own.
void write_producer(JsonWriter& json, std::string_view producer) {
  if (producer.find(": ") == std::string_view::npos) return;
  if (!producer.starts_with("Person: ")) return write_manufacturer(json, producer);
  const auto [name, address] = name_and_address(producer);
  json.key("authors");
  json.open('[');
  write_contact(json, name, address);
  json.close(']');
}

// A kind that CycloneDX has no name for is in the comment.
void write_references(JsonWriter& json, const pkg::Package& package, const PackageDetails& details) {
  std::vector<ExternalReference> all;
  if (is_url(package.homepage)) all.push_back({"website", package.homepage});
  if (is_locator(details.download_location)) all.push_back({"distribution", details.download_location});
  std::copy_if(details.references.begin(), details.references.end(), std::back_inserter(all),
               [](const ExternalReference& each) { return is_locator(each.url); });
  if (all.empty()) return;
  json.key("externalReferences");
  json.open('[');
  for (const ExternalReference& each : all) {
    const bool known = is_cyclonedx_reference(each.type);
    json.open('{');
    json.member("type", known ? std::string_view(each.type) : "other");
    json.member("url", each.url);
    if (!known && each.type != "other") json.member("comment", std::string(kReferenceType) + each.type);
    json.close('}');
  }
  json.close(']');
}

// What is before the package's name and a member of its own: what a document said, or Maven's "GROUP:ARTIFACT".
std::string_view group_of(const pkg::Package& package, const PackageDetails& details) {
  const std::string_view name = package.name;
  const auto begins_with = [&](std::string_view group, std::string_view between) {
    return !group.empty() && name.size() > group.size() + 1 && name.starts_with(group) &&
           between.find(name[group.size()]) != std::string_view::npos;
  };
  if (begins_with(details.group, ":/")) return details.group;
  const pkg::PurlParts& parts = package.purl.parts();
  return parts.type == "maven" && begins_with(parts.name_space, ":") ? parts.name_space : std::string_view();
}

// `more` writes properties besides.
void write_component(JsonWriter& json, const Plan& plan, std::size_t index, const WriteProperties& more) {
  const pkg::Package& package = plan.document.catalog.packages[index];
  const PackageDetails& details = details_at(plan.document.details, index);
  const bool is_subject = plan.ids.subject() == index;
  const std::string& said = plan.document.subject.supplier;  // perhaps by who converts the document
  json.open('{');
  const std::string_view type = package.model ? kModelType
                                : is_subject  ? type_of(plan.document.subject)
                                              : cyclonedx_package_type(details.purpose);
  json.member("type", type);
  json.member("bom-ref", plan.ids.id(index));
  if (is_subject && !said.empty()) write_supplier(json, "Organization: " + said);
  else write_supplier(json, package.supplier.empty() ? kUnknownSupplier : std::string_view(package.supplier));
  write_producer(json, details.producer);
  const std::string_view group = group_of(package, details);
  if (!group.empty()) json.member("group", group);
  json.member("name", std::string_view(package.name).substr(group.empty() ? 0 : group.size() + 1));
  // Checkers of minimum elements (NTIA) want a value also where no version is known.
  json.member("version", package.version.empty() ? kUnknownVersion : std::string_view(package.version));
  if (!details.description.empty()) json.member("description", details.description);
  // "excluded" is what only tests and other non-runtime purposes use. Source: CycloneDX 1.6, component, "scope".
  if (package.scope != pkg::Scope::unknown)
    json.member("scope", package.scope == pkg::Scope::runtime    ? "required"
                         : package.scope == pkg::Scope::optional ? "optional"
                                                                 : "excluded");
  if (!package.checksums.empty()) {
    json.key("hashes");
    json.open('[');
    for (const pkg::Checksum& checksum : package.checksums) write_hash(json, checksum.algorithm, checksum.hex);
    json.close(']');
  }
  write_licenses(json, plan, index);
  if (!package.copyright.empty()) json.member("copyright", package.copyright);
  if (!package.cpes.empty()) json.member("cpe", package.cpes.front());  // the others are properties
  if (!package.purl.empty()) json.member("purl", package.purl.to_encoded_string());
  write_references(json, package, details);
  if (!package.location.empty()) {
    json.key("evidence");
    json.open('{');
    json.key("occurrences");
    json.open('[');
    json.open('{');
    json.member("location", package.location);
    json.close('}');
    json.close(']');
    json.close('}');
  }
  if (package.model) write_model(json, *package.model);
  json.key("properties");
  json.open('[');
  if (package.model) {
    for (const auto& [name, value] : {std::pair<std::string_view, const std::string*>("format", &package.model->format),
                                      {"size", &package.model->size},
                                      {"quantization", &package.model->quantization}})
      if (!value->empty()) write_property(json, "supply:model:" + std::string(name), *value);
  }
  if (!package.shown_type.empty()) write_property(json, "supply:packageType", package.shown_type);
  if (!details.purpose.empty() && details.purpose != type) write_property(json, kPurposeProperty, details.purpose);
  if (!details.file_name.empty()) write_property(json, kBsiFileName, details.file_name);
  if (!package.cataloger.empty()) write_property(json, "supply:cataloger", package.cataloger);
  if (package.layer) write_property(json, "supply:layer", package.layer->to_string());
  if (const std::string introduced = introduced_by(package, plan.document.catalog); !introduced.empty())
    write_property(json, "supply:introducedByLayer", introduced);
  for (const pkg::EmbeddedSbom& embedded : plan.document.catalog.embedded)
    if (std::binary_search(embedded.describes.begin(), embedded.describes.end(), plan.ids.purl(index)))
      write_property(json, "supply:describedBy", embedded.path);
  if (!package.owner.empty()) write_property(json, "supply:owner", package.owner);
  // What the schema has no member for, or one alone.
  if (const std::string concluded = plan.licenses.concluded(package);
      is_concluded_a_property(plan, plan.licenses.declared(package), concluded))
    write_property(json, "supply:concludedLicense", concluded);
  for (const pkg::Checksum& checksum : package.checksums)
    if (cyclonedx_hash(checksum.algorithm).empty())
      write_property(json, "supply:checksum", checksum.algorithm + ":" + checksum.hex);
  for (std::size_t i = 1; i < package.cpes.size(); ++i) write_property(json, "supply:cpe", package.cpes[i]);
  // What trivy reads of a distribution's package.
  if (!package.source_name.empty()) write_property(json, "aquasecurity:trivy:SrcName", package.source_name);
  if (!package.source_version.empty()) write_property(json, "aquasecurity:trivy:SrcVersion", package.source_version);
  if (more) more();
  json.close(']');
  json.close('}');
  json.line();
}

void write_operating_system(JsonWriter& json, const pkg::OperatingSystem& distribution, std::string_view ref) {
  json.open('{');
  json.member("type", "operating-system");
  json.member("bom-ref", ref);
  json.member("name", distribution.id);
  if (!distribution.version_id.empty()) json.member("version", distribution.version_id);
  if (!distribution.pretty_name.empty()) json.member("description", distribution.pretty_name);
  json.close('}');
  json.line();
}

// One of several images, with all that is in it.
void write_origin(JsonWriter& json, const Plan& plan, const Origin& origin) {
  const std::string id = id_of_origin(origin.key);
  open_cyclonedx_subject(json, origin.subject, type_of(origin.subject), std::string(kRootRef) + "-" + id);
  json.key("properties");
  json.open('[');
  write_cyclonedx_subject_properties(json, origin.subject);
  json.close(']');
  json.key("components");
  json.open('[');
  if (!origin.distribution.id.empty())
    write_operating_system(json, origin.distribution, std::string(kSystemRef) + "-" + id);
  for (const std::size_t index : plan.by_origin.at(origin.key)) write_component(json, plan, index);
  json.close(']');
  json.close('}');
  json.line();
}

void write_dependencies(JsonWriter& json, const Plan& plan, bool with_system) {
  const auto& packages = plan.document.catalog.packages;
  json.key("dependencies");
  json.open('[');
  std::vector<std::string> all;
  if (with_system) all.emplace_back(kSystemRef);
  for (std::size_t i = 0; i < packages.size(); ++i)
    if (plan.ids.subject() != i) all.push_back(plan.ids.id(i));
  std::sort(all.begin(), all.end());
  if (!plan.states_needs()) write_cyclonedx_dependency(json, kRootRef, all);
  write_elements(json, packages.size(), [&](JsonWriter& to, std::size_t i) {
    std::vector<std::string> on;
    for (const std::string& purl : packages[i].depends)
      if (const auto target = plan.ids.find(purl, packages[i]); target && *target != i)
        on.push_back(plan.ids.id(*target));
    std::sort(on.begin(), on.end());
    on.erase(std::unique(on.begin(), on.end()), on.end());
    if (!on.empty()) write_cyclonedx_dependency(to, plan.ids.id(i), on);
  });
  json.close(']');
}

void write_document(const Plan& plan, std::string_view version, JsonWriter& json) {
  const pkg::Inventory& catalog = plan.document.catalog;
  const bool with_system = !catalog.distribution.id.empty();
  open_cyclonedx_document(json, version);
  write_metadata(json, plan);
  json.key("components");
  json.open('[');
  if (with_system) write_operating_system(json, catalog.distribution, kSystemRef);
  if (plan.document.origins != nullptr)
    for (const Origin& origin : *plan.document.origins) write_origin(json, plan, origin);
  write_elements(json, plan.without_origin.size(),
                 [&](JsonWriter& to, std::size_t i) { write_component(to, plan, plan.without_origin[i]); });
  json.close(']');
  write_dependencies(json, plan, with_system);
  if (!catalog.unknowns.empty()) {
    json.key("compositions");
    json.open('[');
    json.open('{');
    json.member("aggregate", "incomplete");
    json.key("assemblies");
    json.open('[');
    json.string(kRootRef);
    json.close(']');
    json.close('}');
    json.close(']');
  }
  json.close('}');
  json.line();
}

}  // namespace

void write_cyclonedx_makers(JsonWriter& json, const Makers& makers, const std::string& tool) {
  write_tools(json, makers.tools, tool);
  write_authors(json, makers.authors);
}

void open_cyclonedx_subject(JsonWriter& json, const DocumentSubject& subject, std::string_view type,
                            std::string_view ref) {
  json.open('{');
  json.member("type", type);
  json.member("bom-ref", ref);
  if (!subject.supplier.empty()) write_supplier(json, "Organization: " + subject.supplier);
  json.member("name", subject.shown_name());
  const bool is_image = subject.kind == DocumentSubject::Kind::image;
  if (!is_image && !subject.tag.empty()) json.member("version", subject.tag);
  else if (subject.manifest) json.member("version", subject.manifest->to_string());
  if (subject.manifest) {
    json.key("hashes");
    json.open('[');
    write_hash(json, subject.manifest->algorithm(), subject.manifest->encoded());
    json.close(']');
  }
  if (const pkg::Purl purl = subject_purl(subject); !purl.empty()) json.member("purl", purl.to_encoded_string());
}

void write_cyclonedx_subject_properties(JsonWriter& json, const DocumentSubject& subject) {
  if (!subject.platform.os.empty()) write_property(json, "supply:platform", subject.platform.to_string());
  for (const oci::Platform& other : subject.also_for) write_property(json, "supply:platform", other.to_string());
  // Of what is no image it is the component's version.
  if (!subject.tag.empty() && subject.kind != DocumentSubject::Kind::other)
    write_property(json, "supply:tag", subject.tag);
  if (subject.kind == DocumentSubject::Kind::source) write_property(json, "supply:subject", "source");
  if (!subject.purpose.empty() && type_of(subject) != subject.purpose)
    write_property(json, kPurposeProperty, subject.purpose);
}

void write_cyclonedx_dependency(JsonWriter& json, std::string_view ref, const std::vector<std::string>& on) {
  json.open('{');
  json.member("ref", ref);
  json.key("dependsOn");
  json.open('[');
  for (const std::string& each : on) json.string(each);
  json.close(']');
  json.close('}');
  json.line();
}

void open_cyclonedx_document(JsonWriter& json, std::string_view version) {
  json.open('{');
  json.member("$schema", "http://cyclonedx.org/schema/bom-" + std::string(version) + ".schema.json");
  json.member("bomFormat", "CycloneDX");
  json.member("specVersion", version);
  json.member("serialNumber", "");
  json.key("version");
  json.number(1);
  json.line();
}

void write_with_serial(std::string& text, const std::function<void(JsonWriter&)>& write) {
  {
    JsonWriter json(text);
    write(json);
  }
  constexpr std::string_view kEmpty = R"("serialNumber":")";  // in the front
  const std::string hash = to_hex(crypto::hash(crypto::HashAlgorithm::sha256, text));
  text.insert(text.find(kEmpty) + kEmpty.size(), "urn:uuid:" + uuid_of("https://cyclonedx.org/bom/" + hash));
}

Status write_cyclonedx(const DocumentContent& document, std::string_view version, std::string& text) {
  const Plan plan(document, version);
  write_with_serial(text, [&](JsonWriter& json) { write_document(plan, version, json); });
  return {};
}

}  // namespace supply::sbom
