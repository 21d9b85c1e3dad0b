#include "libsupply/content/sbom/internal/cyclonedx_component.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/declared.hpp"
#include "libsupply/content/sbom/internal/members.hpp"
#include "libsupply/content/sbom/internal/reference_names.hpp"
#include "libsupply/content/sbom/internal/stated_checksums.hpp"

namespace supply::sbom {
namespace {

std::string property(const json::Value& element, std::string_view name) {
  const std::vector<std::string> values = cyclonedx_properties(element, name);
  return values.empty() ? std::string() : values.front();
}

std::string syft_type(const json::Value& component) {
  if (std::string own = property(component, "supply:packageType"); !own.empty()) return own;
  const std::string type = property(component, "syft:package:type");
  if (type == "python") return "pypi";
  return type == "go-module" ? "golang" : type;
}

// Each choice is an identifier, a name with or without its text, or an expression; all of them apply.
void read_licenses(const json::Value& component, pkg::Package& out, StatedElement& stated) {
  const json::Value* licenses = json::find(component, "licenses");
  if (licenses == nullptr || !licenses->is_array()) return;
  std::vector<license::Declared> declared_parts, concluded_parts;
  std::vector<std::string> shown, declared_ones, concluded_ones;
  for (const json::Value& choice : *licenses) {
    const json::Value* license = json::find(choice, "license");
    std::string said = text_of(choice, "expression");
    std::string text;
    if (license != nullptr) {
      said = text_of(*license, "id");
      if (said.empty()) said = text_of(*license, "name");
      if (const json::Value* attached = json::find(*license, "text")) text = text_of(*attached, "content");
    }
    if (said.empty() || said == "NOASSERTION" || said == "NONE") continue;
    shown.push_back(said);
    std::string acknowledgement = text_of(choice, "acknowledgement");
    if (license != nullptr) acknowledgement = text_of(*license, "acknowledgement");
    if (acknowledgement != "concluded") declared_ones.push_back(said);
    if (acknowledgement != "declared") concluded_ones.push_back(said);
    auto& parts = acknowledgement == "concluded" ? concluded_parts : declared_parts;
    if (auto expression = license::Expression::parse(said)) {
      license::Declared declared{*std::move(expression), {}, {}};
      if (license::is_license_ref(said)) declared.texts[said] = text.empty() ? said : text;
      // Source: CycloneDX 1.7, "expressionDetails".
      each_of(choice, "expressionDetails", [&](const json::Value& detail) {
        const std::string name = text_of(detail, "licenseIdentifier");
        const json::Value* attached = json::find(detail, "text");
        const std::string content = attached == nullptr ? std::string() : text_of(*attached, "content");
        const std::vector<std::string> names = declared.expression.licenses();
        if (license::is_license_ref(name) && !content.empty() &&
            std::find(names.begin(), names.end(), name) != names.end())
          declared.texts.try_emplace(name, content);
      });
      parts.push_back(std::move(declared));
    } else {
      parts.push_back(license::reference(said.substr(0, 64), text.empty() ? said : text, license::Meaning::unread));
    }
  }
  for (auto [parts, member] : {std::pair(&declared_parts, &pkg::Package::declared_license),
                               std::pair(&concluded_parts, &pkg::Package::concluded_license)}) {
    license::Declared all = license::all_of(std::move(*parts));
    out.*member = all.expression.to_string();
    out.license_texts.merge(all.texts);
    out.unread_licenses.merge(all.unread);
  }
  stated.license = join(shown, " AND ");
  // What is neither is both: it is all that the document says of the licence.
  stated.declared_license = join(declared_ones, " AND ");
  stated.concluded_license = join(concluded_ones, " AND ");
}

// Names of the elements of a list.
std::vector<std::string> names_in(const json::Value& object, const char* member) {
  std::vector<std::string> out;
  const json::Value* list = json::find(object, member);
  if (list == nullptr || !list->is_array()) return out;
  for (const json::Value& each : *list)
    if (std::string name = text_of(each, "name"); !name.empty()) out.push_back(std::move(name));
  std::sort(out.begin(), out.end());
  return out;
}

const json::Value& part_of(const json::Value& object, const char* member) {
  static const json::Value none = json::Value::object();
  const json::Value* value = json::find(object, member);
  return value != nullptr && value->is_object() ? *value : none;
}

void read_model(const json::Value& component, pkg::Package& out, Reading& reading) {
  if (text_of(component, "type") != "machine-learning-model") return;
  const json::Value& card = part_of(component, "modelCard");
  const json::Value& parameters = part_of(card, "modelParameters");
  pkg::Model& model = out.model.emplace();
  model.architecture = text_of(parameters, "architectureFamily");
  if (model.architecture.empty()) model.architecture = text_of(parameters, "modelArchitecture");
  model.datasets = names_in(parameters, "datasets");
  model.base_models = names_in(part_of(component, "pedigree"), "ancestors");
  model.format = property(component, "supply:model:format");
  model.size = property(component, "supply:model:size");
  model.quantization = property(component, "supply:model:quantization");
  for (const auto& [member, value] : card.items())
    if (member != "modelParameters" && member != "bom-ref") reading.not_kept("modelCard of components: " + member);
}

void read_place(const json::Value& component, pkg::Package& out, Reading& reading) {
  if (const auto introduced = reading.layer(property(component, "supply:introducedByLayer")))
    out.introduced = *introduced;
  const json::Value* evidence = json::find(component, "evidence");
  const json::Value* occurrences = evidence == nullptr ? nullptr : json::find(*evidence, "occurrences");
  if (occurrences != nullptr && occurrences->is_array() && !occurrences->empty())
    out.location = inventory_path(text_of(occurrences->front(), "location"));
  if (out.location.empty()) out.location = inventory_path(property(component, "syft:location:0:path"));
  if (auto layer = Digest::parse(property(component, "supply:layer"))) out.layer = *std::move(layer);
  out.cataloger = property(component, "supply:cataloger");
  if (out.cataloger.empty()) out.cataloger = property(component, "syft:package:foundBy");
  out.owner = property(component, "supply:owner");
  const std::string source = property(component, "aquasecurity:trivy:SrcName");
  const std::string version = property(component, "aquasecurity:trivy:SrcVersion");
  if (source != out.name) out.source_name = source;
  if (version != out.version) out.source_version = version;
}

void read_references(const json::Value& component, pkg::Package& out, StatedElement& stated, PackageDetails& details,
                     Reading& reading) {
  const json::Value* references = json::find(component, "externalReferences");
  if (references == nullptr || !references->is_array()) return;
  for (const json::Value& reference : *references) {
    const std::string type = text_of(reference, "type");
    const std::string url = text_of(reference, "url");
    if (type == "distribution" || type == "distribution-intake") {
      if (stated.deployable_address.empty()) stated.deployable_address = url;
      each_of(reference, "hashes", [&](const json::Value& hash) {
        if (std::string alg = text_of(hash, "alg"); !alg.empty()) stated.hash_algorithms.push_back(checksum_name(alg));
      });
    }
    if ((type == "source-distribution" || type == "vcs") && stated.source_address.empty()) stated.source_address = url;
    if (const json::Value* hashes = json::find(reference, "hashes"); hashes != nullptr && !hashes->empty())
      reading.not_kept("hashes of external references");
    const std::string comment = text_of(reference, "comment");
    const bool has_type = type == "other" && comment.starts_with(kReferenceType);
    if (!comment.empty() && !has_type) reading.not_kept("comments on external references");
    if (type == "website" && out.homepage.empty() && !url.empty()) out.homepage = url;
    else if (type == "distribution" && details.download_location.empty() && !url.empty())
      details.download_location = url;
    else details.references.push_back({has_type ? comment.substr(kReferenceType.size()) : type, url});
  }
  std::sort(details.references.begin(), details.references.end());
}

// Who made it: of several members the first. Texts are organizations where the member is a publisher, else people.
void read_producer(const json::Value& component, StatedElement& stated, PackageDetails& details, Reading& reading) {
  std::vector<std::string> all;
  for (const auto& [member, kind] : {std::pair("manufacturer", "Organization: "),
                                     std::pair("publisher", "Organization: "), std::pair("author", "Person: ")}) {
    std::string maker = cyclonedx_maker(component, member);
    if (maker.empty()) continue;
    if (!maker.starts_with("Organization: ") && !maker.starts_with("Person: ")) maker.insert(0, kind);
    all.push_back(std::move(maker));
  }
  each_of(component, "authors", [&](const json::Value& author) {
    const std::string name = text_of(author, "name"), email = text_of(author, "email");
    if (name.empty() && email.empty()) return;
    all.push_back("Person: " + (name.empty() ? email : name) +
                  (name.empty() || email.empty() ? "" : " (" + email + ")"));
  });
  if (all.empty()) return;
  stated.producer = all.front();
  if (stated.producer != stated.supplier) details.producer = stated.producer;
  for (std::size_t i = 1; i < all.size(); ++i) reading.not_kept("further producers of components");
}

}  // namespace

std::vector<std::string> cyclonedx_properties(const json::Value& element, std::string_view name) {
  std::vector<std::string> values;
  const json::Value* properties = json::find(element, "properties");
  if (properties == nullptr || !properties->is_array()) return values;
  for (const json::Value& each : *properties)
    if (text_of(each, "name") == name) values.push_back(text_of(each, "value"));
  return values;
}

std::string cyclonedx_maker(const json::Value& parent, const char* member) {
  const json::Value* entity = json::find(parent, member);
  if (entity == nullptr) return {};
  if (entity->is_string()) return entity->get_ref<const std::string&>();
  const std::string name = text_of(*entity, "name");
  std::string address = text_of(*entity, "email");
  const json::Value* contacts = json::find(*entity, "contact");
  if (contacts != nullptr && contacts->is_array() && !contacts->empty()) {
    const std::string person = text_of(contacts->front(), "name");
    if (address.empty()) address = text_of(contacts->front(), "email");
    if (!person.empty() && person == name) return "Person: " + name + (address.empty() ? "" : " (" + address + ")");
  }
  if (const json::Value* urls = json::find(*entity, "url");
      address.empty() && urls != nullptr && urls->is_array() && !urls->empty() && urls->front().is_string())
    address = urls->front().get<std::string>();
  if (name.empty() && address.empty()) return {};
  const std::string shown = name.empty() ? address : name;
  return "Organization: " + shown + (address.empty() || name.empty() ? "" : " (" + address + ")");
}

Result<pkg::Package> read_cyclonedx_component(const json::Value& component, const std::string& name,
                                              StatedElement& stated, PackageDetails& details, Reading& reading) {
  pkg::Package out;
  out.name = name;
  SUPPLY_TRY(out.version, json::string_or_empty(component, "version"));
  SUPPLY_TRY(const std::string purl, json::string_or_empty(component, "purl"));
  SUPPLY_TRY(const std::string cpe, json::string_or_empty(component, "cpe"));
  set_purl(out, purl);
  if (out.purl.empty() && out.shown_type.empty()) out.shown_type = syft_type(component);
  if (cpe.starts_with("cpe:2.3:")) out.cpes.push_back(cpe);
  for (const std::string& further : cyclonedx_properties(component, "supply:cpe")) out.cpes.push_back(further);
  for (const std::string& identifier : {purl, cpe})
    if (!identifier.empty()) stated.identifiers.push_back(identifier);
  if (json::find(component, "swid") != nullptr) stated.identifiers.emplace_back("swid");
  stated.name = name;
  stated.version = out.version;
  if (out.version == kUnknownVersion && out.purl.parts().version.empty()) out.version.clear();
  if (const auto arch = out.purl.parts().qualifiers.find("arch"); arch != out.purl.parts().qualifiers.end())
    out.architecture = arch->second;
  read_licenses(component, out, stated);
  for (const std::string& concluded : cyclonedx_properties(component, "supply:concludedLicense")) {
    set_license(out, concluded, &pkg::Package::concluded_license);
    stated.concluded_license = concluded;
  }
  SUPPLY_TRY(const std::string scope, json::string_or_empty(component, "scope"));
  out.scope = scope == "required"   ? pkg::Scope::runtime
              : scope == "optional" ? pkg::Scope::optional
              : scope == "excluded" ? pkg::Scope::development
                                    : pkg::Scope::unknown;
  SUPPLY_TRY(out.copyright, json::string_or_empty(component, "copyright"));
  SUPPLY_TRY(out.checksums, stated_checksums(component, "hashes", "alg", "content"));
  for (const std::string& text : cyclonedx_properties(component, "supply:checksum"))
    if (const auto colon = text.find(':'); colon != std::string::npos)
      out.checksums.push_back({text.substr(0, colon), text.substr(colon + 1)});
  for (const pkg::Checksum& checksum : out.checksums) stated.hash_algorithms.push_back(checksum.algorithm);
  stated.supplier = cyclonedx_maker(component, "supplier");
  read_producer(component, stated, details, reading);
  if (stated.supplier != kUnknownSupplier) out.supplier = stated.supplier;
  stated.file_name = details.file_name = property(component, kBsiFileName);
  stated.states_kind = true;
  for (const char* kind : {"bsi:component:executable", "bsi:component:archive", "bsi:component:structured"})
    stated.states_kind = stated.states_kind && !property(component, kind).empty();
  read_place(component, out, reading);
  read_model(component, out, reading);
  read_references(component, out, stated, details, reading);
  if (const json::Value* group = json::find(component, "group"); group != nullptr && group->is_string()) {
    const std::string& text = group->get_ref<const std::string&>();
    const pkg::PurlParts& parts = out.purl.parts();
    const std::string before = text + (parts.type == "maven" && parts.name_space == text ? ":" : "/");
    if (!text.empty() && !out.name.starts_with(before)) out.name = before + out.name;
    details.group = text;
  }
  SUPPLY_TRY(details.description, json::string_or_empty(component, "description"));
  const std::string purpose = property(component, kPurposeProperty);
  details.purpose = package_purpose(purpose.empty() ? text_of(component, "type") : purpose);
  for (const std::string_view member : {"pedigree", "releaseNotes", "modelCard", "cryptoProperties", "data"})
    if (json::find(component, member) != nullptr && !(out.model && (member == "pedigree" || member == "modelCard")))
      reading.not_kept(std::string(member) + " of components");
  return out;
}

DocumentSubject read_cyclonedx_subject(const json::Value& component, const pkg::Package& read) {
  DocumentSubject subject;
  subject.name = read.name;
  set_platform(subject, property(component, "supply:platform"));
  subject.tag = property(component, "supply:tag");
  const std::string type = text_of(component, "type");
  if (property(component, "supply:subject") == "source") {
    subject.kind = DocumentSubject::Kind::source;
  } else if (type != "container" && !type.empty()) {
    subject.kind = DocumentSubject::Kind::other;
    const std::string purpose = property(component, kPurposeProperty);
    subject.purpose = purpose.empty() ? type : purpose;
    subject.tag = read.version;
  }
  const std::string tag = subject.tag;
  // The image's digest: in its purl (trivy), as its version (syft).
  set_image_purl(subject, read.purl);
  if (subject.tag.empty()) subject.tag = tag;
  if (!subject.manifest && subject.kind == DocumentSubject::Kind::image)
    if (auto digest = Digest::parse(read.version)) subject.manifest = *std::move(digest);
  if (subject.manifest && subject.name == subject.manifest->to_string()) subject.name.clear();
  constexpr std::string_view kOrganization = "Organization: ";
  if (read.supplier.starts_with(kOrganization)) subject.supplier = read.supplier.substr(kOrganization.size());
  return subject;
}

}  // namespace supply::sbom
