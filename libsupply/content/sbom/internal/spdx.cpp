#include "libsupply/content/sbom/internal/spdx.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/document_ids.hpp"
#include "libsupply/content/sbom/internal/elements.hpp"
#include "libsupply/content/sbom/internal/model_text.hpp"
#include "libsupply/content/sbom/internal/reading.hpp"
#include "libsupply/content/sbom/internal/reference_names.hpp"
#include "libsupply/content/sbom/internal/remarks.hpp"
#include "libsupply/content/sbom/internal/spdx_files.hpp"
#include "libsupply/content/sbom/internal/spdx_licenses.hpp"
#include "libsupply/content/sbom/internal/spdx_parts.hpp"

namespace supply::sbom {
namespace {

constexpr std::string_view kRootId = "SPDXRef-DocumentRoot-Image";

// What a package is to that what it is needed for. Source: SPDX 2.3, 11.1.
std::string_view relationship_of(pkg::Scope scope) {
  switch (scope) {
    case pkg::Scope::unknown: return {};
    case pkg::Scope::runtime: return "RUNTIME_DEPENDENCY_OF";
    case pkg::Scope::optional: return "OPTIONAL_DEPENDENCY_OF";
    case pkg::Scope::development: return "DEV_DEPENDENCY_OF";
  }
  return {};
}

std::string purpose_of(const DocumentSubject& subject) {
  switch (subject.kind) {
    case DocumentSubject::Kind::image: return "CONTAINER";
    case DocumentSubject::Kind::source: return "SOURCE";
    case DocumentSubject::Kind::other: break;
  }
  return spdx_purpose(subject.purpose.empty() ? "application" : subject.purpose);
}

std::string or_no_assertion(const std::string& text) { return text.empty() ? std::string(kSpdxNoAssertion) : text; }

bool is_of_distribution(const pkg::Package& package) { return pkg::is_distribution_type(package.purl.parts().type); }

// All that is worked out once, before the document is written twice: to be hashed, and to be handed out.
struct Plan {
  explicit Plan(const DocumentContent& of)
      : document(of), owners(of.catalog, of.files), licenses(of.catalog), ids(of, "SPDXRef-Package-", kRootId) {
    if (of.origins != nullptr) origins = *of.origins;
    for (const Origin& origin : origins) by_key.emplace(origin.key, &origin);
  }
  Plan(const Plan&) = delete;  // the map has addresses in it
  Plan& operator=(const Plan&) = delete;

  const DocumentContent& document;
  Owners owners;
  LicenseRefs licenses;
  PackageIds ids;
  std::map<std::size_t, std::string> verification;  // of packages with files
  std::string root_verification;                    // of the files that no package owns
  std::string os_id;                                // empty: no distribution is known
  std::vector<Origin> origins;                      // of several inventories; then `document.subject` is none of them
  std::map<std::string_view, const Origin*> by_key;

  std::string root_id(const Origin& origin) const { return std::string(kRootId) + "-" + id_of_origin(origin.key); }
  std::string system_id(const Origin& origin) const {
    if (origin.distribution.id.empty()) return {};
    return "SPDXRef-OperatingSystem-" + id_part(origin.distribution.id) + "-" + id_of_origin(origin.key);
  }
  const Origin* origin_of(const pkg::Package& package) const {
    const auto found = by_key.find(package.origin);
    return found == by_key.end() ? nullptr : found->second;
  }
  // The image or source tree that has a package.
  std::string root_of(const pkg::Package& package) const {
    const Origin* origin = origin_of(package);
    return origin == nullptr ? std::string(kRootId) : root_id(*origin);
  }
  // What a package is in: its operating system, else its image.
  std::string container_of(const pkg::Package& package) const {
    const Origin* origin = origin_of(package);
    const std::string system = origin == nullptr ? os_id : system_id(*origin);
    if (is_of_distribution(package) && !system.empty()) return system;
    return origin == nullptr ? std::string(kRootId) : root_id(*origin);
  }

  // The embedded documents that are not among the document's files anyway.
  std::vector<const pkg::EmbeddedSbom*> embedded_alone() const {
    std::vector<const pkg::EmbeddedSbom*> out;
    for (const pkg::EmbeddedSbom& each : document.catalog.embedded)
      if (!each.sha1.empty() && document.files != Files::all && owners.of(each.path).empty()) out.push_back(&each);
    return out;
  }

  Status prepare() {
    if (!document.catalog.distribution.id.empty()) {
      os_id = "SPDXRef-OperatingSystem-" + id_part(document.catalog.distribution.id);
    }
    std::map<std::size_t, VerificationCode> codes;
    VerificationCode rest;
    SUPPLY_TRY(for_each_file(document, owners, [&](const DocumentFile& file) {
      const auto& owned_by = owners.of(file.path);
      for (const std::uint32_t owner : owned_by) (owner == ids.subject() ? rest : codes[owner]).add(file);
      if (owned_by.empty()) rest.add(file);
    }));
    for (auto& [package, code] : codes) verification.emplace(package, code.finish());
    if (!rest.empty()) root_verification = rest.finish();
    return {};
  }
};

void write_operating_system(JsonWriter& json, const pkg::OperatingSystem& distribution, std::string_view id) {
  json.open('{');
  json.member("SPDXID", id);
  json.member("copyrightText", kSpdxNoAssertion);
  if (!distribution.pretty_name.empty()) json.member("description", distribution.pretty_name);
  json.member("downloadLocation", kSpdxNoAssertion);
  write_spdx_analysis(json, "");
  json.member("licenseConcluded", kSpdxNoAssertion);
  json.member("licenseDeclared", kSpdxNoAssertion);
  json.member("name", distribution.id);
  json.member("primaryPackagePurpose", "OPERATING_SYSTEM");
  json.member("supplier", "Organization: " + distribution.id);
  json.member("versionInfo",
              distribution.version_id.empty() ? kUnknownVersion : std::string_view(distribution.version_id));
  json.close('}');
  json.line();
}

void write_annotation(JsonWriter& json, const Plan& plan, const std::string& comment) {
  json.open('{');
  json.member("annotationDate", to_rfc3339(plan.document.created));
  json.member("annotationType", "OTHER");
  json.member("annotator", "Tool: " + plan.document.tool);
  json.member("comment", comment);
  json.close('}');
  json.line();
}

void write_package(JsonWriter& json, const Plan& plan, std::size_t index) {
  const pkg::Package& package = plan.document.catalog.packages[index];
  const PackageDetails& details = details_at(plan.document.details, index);
  json.open('{');
  json.member("SPDXID", plan.ids.id(index));
  if (package.model) {
    json.key("annotations");
    json.open('[');
    write_annotation(json, plan, std::string(kModelWords) + to_text(*package.model));
    json.close(']');
  }
  if (!package.checksums.empty()) {
    json.key("checksums");
    json.open('[');
    for (const pkg::Checksum& checksum : package.checksums) write_spdx_checksum(json, checksum.algorithm, checksum.hex);
    json.close(']');
  }
  const std::string introduced = introduced_by(package, plan.document.catalog);
  std::vector<std::string> place;
  if (!package.location.empty()) place.push_back("found in: " + package.location);
  if (package.layer) place.push_back("layer: " + package.layer->to_string());
  if (!introduced.empty()) place.push_back("introduced by layer: " + introduced);
  const bool is_subject = plan.ids.subject() == index;
  if (!place.empty()) json.member("comment", join(place, "; "));
  json.member("copyrightText", or_no_assertion(package.copyright));
  if (!details.description.empty()) json.member("description", details.description);
  json.member("downloadLocation",
              is_locator(details.download_location) ? std::string_view(details.download_location) : kSpdxNoAssertion);
  write_spdx_references(json, package.purl, package.cpes, details.references);
  const auto code = plan.verification.find(index);
  write_spdx_analysis(json, is_subject                        ? plan.root_verification
                            : code == plan.verification.end() ? std::string()
                                                              : code->second);
  if (is_url(package.homepage)) json.member("homepage", package.homepage);
  json.member("licenseConcluded", or_no_assertion(plan.licenses.concluded(package)));
  json.member("licenseDeclared", or_no_assertion(plan.licenses.declared(package)));
  json.member("name", package.name);
  if (!details.producer.empty()) json.member("originator", details.producer);
  if (!details.file_name.empty()) json.member("packageFileName", details.file_name);
  if (const std::string purpose = is_subject ? purpose_of(plan.document.subject) : spdx_purpose(details.purpose);
      !purpose.empty())
    json.member("primaryPackagePurpose", purpose);
  // trivy reads the source package from exactly this form.
  if (is_of_distribution(package)) {
    json.member("sourceInfo",
                "built package from: " + (package.source_name.empty() ? package.name : package.source_name) + " " +
                    (package.source_version.empty() ? package.version : package.source_version));
  } else if (!package.location.empty()) {
    json.member("sourceInfo", "package found in: " + package.location);
  }
  const std::string& said = plan.document.subject.supplier;  // perhaps by who converts the document
  if (is_subject && !said.empty()) json.member("supplier", "Organization: " + said);
  else json.member("supplier", package.supplier.empty() ? kUnknownSupplier : std::string_view(package.supplier));
  // Checkers of minimum elements (NTIA) want a value also where no version is known.
  json.member("versionInfo", package.version.empty() ? "unknown" : package.version);
  json.close('}');
  json.line();
}

Status write_relationships(JsonWriter& json, const Plan& plan) {
  const auto& packages = plan.document.catalog.packages;
  write_spdx_relationship(json, kSpdxDocumentId, "DESCRIBES", kRootId);
  if (!plan.os_id.empty()) write_spdx_relationship(json, kRootId, "CONTAINS", plan.os_id);
  for (const Origin& origin : plan.origins) {
    write_spdx_relationship(json, kRootId, "CONTAINS", plan.root_id(origin));
    if (const std::string system = plan.system_id(origin); !system.empty())
      write_spdx_relationship(json, plan.root_id(origin), "CONTAINS", system);
  }
  write_elements(json, packages.size(), [&](JsonWriter& to, std::size_t i) {
    if (plan.ids.subject() != i)
      write_spdx_relationship(to, plan.container_of(packages[i]), "CONTAINS", plan.ids.id(i));
  });
  for (std::size_t i = 0; i < packages.size(); ++i)
    if (const std::string_view type = relationship_of(packages[i].scope); !type.empty() && plan.ids.subject() != i)
      write_spdx_relationship(json, plan.ids.id(i), type, plan.root_of(packages[i]));
  // syft and grype read this relationship from the first word of exactly this comment.
  constexpr std::string_view kOverlap =
      "ownership-by-file-overlap: the first package owns the file that the second one was read from";
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (packages[i].owner.empty()) continue;
    if (const auto owner = plan.ids.find(packages[i].owner, packages[i]))
      write_spdx_relationship(json, plan.ids.id(*owner), "OTHER", plan.ids.id(i), kOverlap);
  }
  write_elements(json, packages.size(), [&](JsonWriter& to, std::size_t i) {
    for (const std::string& purl : packages[i].depends) {
      if (const auto target = plan.ids.find(purl, packages[i]))
        write_spdx_relationship(to, plan.ids.id(i), "DEPENDS_ON", plan.ids.id(*target));
    }
  });
  // Who wrote them says what packages are and come from: they are no list of what is installed. An image whose files
  // are not analyzed contains no files. Source: SPDX 2.3, section 7.8, and pyspdxtools.
  for (const pkg::EmbeddedSbom* embedded : plan.embedded_alone())
    write_spdx_relationship(json, kRootId, "OTHER", spdx_file_id(embedded->path), "an SBOM that lies in the image");
  for (const pkg::EmbeddedSbom& embedded : plan.document.catalog.embedded) {
    for (const std::string& purl : embedded.describes) {
      std::string comment = "an SBOM that lies in the image lists it";
      for (const auto& [of, from] : embedded.generated_from)
        if (of == purl) comment += "; GENERATED_FROM: " + from;
      for (std::size_t i = 0; i < packages.size(); ++i)
        if (plan.ids.purl(i) == purl)
          write_spdx_relationship(json, plan.ids.id(i), "DESCRIBED_BY", spdx_file_id(embedded.path), comment);
    }
  }
  return for_each_file(plan.document, plan.owners, [&](const DocumentFile& file) {
    const auto& owners = plan.owners.of(file.path);
    const std::string id = spdx_file_id(file.path);
    for (const std::uint32_t owner : owners) write_spdx_relationship(json, plan.ids.id(owner), "CONTAINS", id);
    if (owners.empty()) write_spdx_relationship(json, kRootId, "CONTAINS", id);
  });
}

void write_annotations(JsonWriter& json, const Plan& plan, const std::vector<Remark>& remarks) {
  json.key("annotations");
  json.open('[');
  for (const pkg::KnownUnknown& unknown : plan.document.catalog.unknowns)
    write_annotation(json, plan, "known unknown: " + unknown.cataloger + ": " + unknown.to_string());
  for (const Remark& remark : remarks) write_annotation(json, plan, std::string(remark.words) + ": " + remark.text);
  for (const std::string& remark : plan.document.remarks) write_annotation(json, plan, remark);
  json.close(']');
}

void write_licenses(JsonWriter& json, const Plan& plan) {
  json.key("hasExtractedLicensingInfos");
  json.open('[');
  for (const auto& [ref, text] : plan.licenses.texts()) {
    json.open('{');
    json.member("licenseId", ref);
    json.member("extractedText", text.empty() ? std::string_view(ref) : text);
    json.member("name", std::string_view(ref).substr(ref.find("LicenseRef-") + 11));
    json.close('}');
    json.line();
  }
  json.close(']');
}

Status write_document(const Plan& plan, JsonWriter& json) {
  const DocumentContent& document = plan.document;
  open_spdx_document(json,
                     {document.subject, document.created, document.makers, document.tool, document.generation_context});
  json.key("packages");
  json.open('[');
  const bool merged = !plan.origins.empty();
  if (const auto subject = plan.ids.subject()) write_package(json, plan, *subject);
  else
    write_spdx_subject(json, document.subject, kRootId, merged ? "APPLICATION" : purpose_of(document.subject),
                       plan.root_verification);
  if (!plan.os_id.empty()) write_operating_system(json, document.catalog.distribution, plan.os_id);
  for (const Origin& origin : plan.origins) {
    write_spdx_subject(json, origin.subject, plan.root_id(origin), purpose_of(origin.subject), "");
    if (const std::string system = plan.system_id(origin); !system.empty())
      write_operating_system(json, origin.distribution, system);
  }
  write_elements(json, document.catalog.packages.size(), [&](JsonWriter& to, std::size_t i) {
    if (plan.ids.subject() != i) write_package(to, plan, i);
  });
  json.close(']');
  if (document.files != Files::none || !document.catalog.embedded.empty()) {
    json.key("files");
    json.open('[');
    SUPPLY_TRY(for_each_file(document, plan.owners, [&](const DocumentFile& file) { write_file(json, file); }));
    for (const pkg::EmbeddedSbom* embedded : plan.embedded_alone()) write_embedded(json, *embedded);
    json.close(']');
  }
  json.key("relationships");
  json.open('[');
  SUPPLY_TRY(write_relationships(json, plan));
  json.close(']');
  const std::vector<Remark> remarks = remarks_of(document.catalog);
  if (!document.catalog.unknowns.empty() || !remarks.empty() || !document.remarks.empty())
    write_annotations(json, plan, remarks);
  if (!plan.licenses.texts().empty()) write_licenses(json, plan);
  json.close('}');
  json.line();
  return {};
}

}  // namespace

Status write_spdx(const DocumentContent& document, std::string& text) {
  Plan plan(document);
  SUPPLY_TRY(plan.prepare());
  return write_with_namespace(document.subject, text, [&](JsonWriter& json) { return write_document(plan, json); });
}

Result<json::Value> spdx_value(const DocumentContent& document) {
  Plan plan(document);
  SUPPLY_TRY(plan.prepare());
  return value_with_namespace(document.subject, [&](JsonWriter& json) { return write_document(plan, json); });
}

}  // namespace supply::sbom
