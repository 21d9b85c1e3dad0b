#include "libsupply/content/sbom/internal/cyclonedx_read.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/cyclonedx_component.hpp"
#include "libsupply/content/sbom/internal/members.hpp"

namespace supply::sbom {
namespace {

using Role = StatedElement::Role;

// Files and operating systems are no packages.
bool is_package(const std::string& type) {
  return type == "library" || type == "application" || type == "framework" || type == "platform" ||
         type == "firmware" || type == "machine-learning-model";
}

class Components {
 public:
  explicit Components(Reading& reading) : reading_(reading) {}
  const std::map<std::string, std::string>& license_texts() const { return license_texts_; }
  /// The subject whose dependencies are all that is in it; empty: they are what the document says that it needs.
  const std::string& subject_of_contents() const { return subject_of_contents_; }

  // What the document is about is an image, or else a package that it says is there.
  Status read_subject(const json::Value& component) {
    SUPPLY_TRY(const std::string name, json::require_string(component, "name"));
    const std::string id = id_of(component);
    StatedElement& stated = reading_.add_element(Role::subject, id, name);
    for (const std::string& layer : cyclonedx_properties(component, "supply:layerCreatedBy"))
      if (!reading_.add_layer(layer)) reading_.not_kept("layers of the image");
    PackageDetails details;
    SUPPLY_TRY(pkg::Package one, read_cyclonedx_component(component, name, stated, details, reading_));
    DocumentSubject& subject = reading_.sbom().subject;
    subject = read_cyclonedx_subject(component, one);
    reading_.add_subject(id);
    if (!cyclonedx_properties(component, kContentsProperty).empty()) subject_of_contents_ = id;
    for (const std::string& unknown : cyclonedx_properties(component, "supply:knownUnknown"))
      reading_.add_unknown(unknown);
    for (const std::string& text : cyclonedx_properties(component, "supply:licenseText"))
      if (const std::size_t colon = text.find(": "); colon != std::string::npos)
        license_texts_.try_emplace(text.substr(0, colon), text.substr(colon + 2));
    if (names_package(one)) {
      details.is_subject = subject.kind != DocumentSubject::Kind::image;
      if (details.is_subject) details.purpose.clear();  // it is the subject's
      reading_.add_package(id, std::move(one), std::move(details));
    } else {
      reading_.not_kept_of_subject(subject, one, details);
    }
    return read(component, id);
  }

  // Components hold components; the parser has bounded their depth.
  Status read(const json::Value& parent, const std::string& parent_id) {
    SUPPLY_TRY(const json::Value* components, json::optional_array(parent, "components"));
    if (components == nullptr) return {};
    for (const json::Value& component : *components) {
      SUPPLY_TRY(const std::string type, json::require_string(component, "type"));
      SUPPLY_TRY(const std::string name, json::require_string(component, "name"));
      const std::string place = "component " + quote(name);
      const std::string id = id_of(component);
      SUPPLY_TRY(read_one(component, type, name, id).at(place));
      if (!parent_id.empty()) reading_.add_content(parent_id, id);
      SUPPLY_TRY(read(component, id).at(place));
    }
    return {};
  }

 private:
  std::string id_of(const json::Value& component) {
    const std::string ref = text_of(component, "bom-ref");
    return ref.empty() ? "#" + std::to_string(++unnamed_) : ref;
  }

  Status read_one(const json::Value& component, const std::string& type, const std::string& name,
                  const std::string& id) {
    StatedElement stated;
    PackageDetails details;
    SUPPLY_TRY(pkg::Package one, read_cyclonedx_component(component, name, stated, details, reading_));
    const bool is_claim = names_package(one);
    if (type == "container" && component.contains("components")) {
      stated.role = Role::subject;
      const DocumentSubject origin = read_cyclonedx_subject(component, one);
      reading_.add_origin(id, origin);
      if (!is_claim) reading_.not_kept_of_subject(origin, one, details);
    } else if (type == "operating-system") {
      stated.role = Role::system;
      reading_.add_system(id, {one.name, one.version, text_of(component, "description")});
    } else if (type == "file" && !is_claim) {
      reading_.add_file(id, {inventory_path(name), one.checksums});
      return {};
    } else if (!is_package(type) && !is_claim) {
      reading_.not_kept("components of type " + type.substr(0, 64));
    }
    StatedElement& kept = reading_.add_element(stated.role, id, name);
    stated.id = id;
    kept = std::move(stated);
    // A name of a licence has one text in a document, which the first component that has it may say alone.
    for (const auto& [name_of_license, text] : one.license_texts)
      if (text != name_of_license) license_texts_.try_emplace(name_of_license, text);
    if (is_package(type) || is_claim) reading_.add_package(id, std::move(one), std::move(details));
    return {};
  }

  Reading& reading_;
  std::map<std::string, std::string> license_texts_;
  std::string subject_of_contents_;
  std::size_t unnamed_ = 0;
};

// "syft-1.57.0"
std::string shown_tool(const json::Value& tool) {
  const std::string name = text_of(tool, "name"), version = text_of(tool, "version");
  return version.empty() ? name : name + "-" + version;
}

Status read_metadata(const json::Value& metadata, ParsedSbom& sbom) {
  if (auto time = parse_rfc3339(text_of(metadata, "timestamp"))) sbom.created = *time;
  const json::Value* tools = json::find(metadata, "tools");
  // A list of tools up to 1.4, an object of components since 1.5.
  if (tools != nullptr && tools->is_object()) tools = json::find(*tools, "components");
  if (tools != nullptr && tools->is_array())
    for (const json::Value& tool : *tools)
      if (std::string shown = shown_tool(tool); !shown.empty()) sbom.makers.tools.push_back(std::move(shown));
  const json::Value* authors = json::find(metadata, "authors");
  if (authors != nullptr && authors->is_array())
    for (const json::Value& author : *authors) {
      const std::string name = text_of(author, "name"), email = text_of(author, "email");
      if (!name.empty() || !email.empty())
        sbom.makers.authors.push_back("Person: " + (name.empty() ? email : name) +
                                      (email.empty() || name.empty() ? "" : " (" + email + ")"));
    }
  for (const char* member : {"manufacturer", "manufacture"})
    if (const std::string maker = cyclonedx_maker(metadata, member); !maker.empty())
      sbom.makers.authors.push_back(maker);
  const json::Value* phases = json::find(metadata, "lifecycles");
  if (phases != nullptr && phases->is_array() && !phases->empty()) {
    sbom.generation_context = text_of(phases->front(), "phase");
    if (sbom.generation_context.empty()) sbom.generation_context = text_of(phases->front(), "name");
  }
  if (const std::string supplier = cyclonedx_maker(metadata, "supplier");
      supplier.starts_with("Organization: ") && sbom.subject.supplier.empty())
    sbom.subject.supplier = supplier.substr(14);
  return {};
}

Status read_dependencies(const json::Value& root, const std::string& subject_of_contents, Reading& reading,
                         std::set<std::string>& stating) {
  SUPPLY_TRY(const json::Value* dependencies, json::optional_array(root, "dependencies"));
  if (dependencies == nullptr) return {};
  for (const json::Value& dependency : *dependencies) {
    SUPPLY_TRY(const std::string from, json::require_string(dependency, "ref").at("dependencies"));
    SUPPLY_TRY(const std::vector<std::string> on, json::string_list(dependency, "dependsOn").at("dependencies"));
    stating.insert(from);
    const bool are_contents = !from.empty() && from == subject_of_contents;
    for (const std::string& to : on) are_contents ? reading.add_content(from, to) : reading.add_dependency(from, to);
    // Source: CycloneDX 1.6, "provides": specifications that the component implements.
    SUPPLY_TRY(const std::vector<std::string> provided, json::string_list(dependency, "provides").at("dependencies"));
    if (!provided.empty()) reading.not_kept("what packages provide");
  }
  return {};
}

void read_compositions(const json::Value& root, ParsedSbom& sbom) {
  const json::Value* compositions = json::find(root, "compositions");
  if (compositions == nullptr || !compositions->is_array()) return;
  for (const json::Value& composition : *compositions)
    if (const std::string aggregate = text_of(composition, "aggregate");
        !aggregate.empty() && aggregate != "not_specified")
      sbom.states_completeness = true;
}

Result<ParsedSbom> read(const json::Value& root, std::size_t bytes) {
  SUPPLY_TRY(const std::string version, json::require_string(root, "specVersion"));
  const bool known = version.size() == 3 && version.starts_with("1.") && version[2] >= '0' && version[2] <= '7';
  if (!known) return Error(ErrorCode::unsupported, "version " + quote(version) + ": want 1.0 to 1.7");
  Reading reading("CycloneDX-" + version, bytes);
  Components components(reading);
  SUPPLY_TRY(const json::Value* metadata, json::optional_object(root, "metadata"));
  if (metadata != nullptr) {
    SUPPLY_TRY(const json::Value* subject, json::optional_object(*metadata, "component"));
    if (subject != nullptr) SUPPLY_TRY(components.read_subject(*subject).at("metadata"));
    SUPPLY_TRY(read_metadata(*metadata, reading.sbom()));
  }
  SUPPLY_TRY(components.read(root, ""));
  reading.set_license_texts(components.license_texts());
  std::set<std::string> stating;
  SUPPLY_TRY(read_dependencies(root, components.subject_of_contents(), reading, stating));
  for (StatedElement& element : reading.sbom().elements) element.states_dependencies = stating.contains(element.id);
  read_compositions(root, reading.sbom());
  reading.sbom().uri = text_of(root, "serialNumber");
  for (const char* member : {"services", "vulnerabilities", "formulation", "declarations", "definitions", "citations"})
    if (const json::Value* value = json::find(root, member); value != nullptr && !value->empty())
      reading.not_kept(member);
  const json::Value* vulnerabilities = json::find(root, "vulnerabilities");
  reading.sbom().lists_vulnerabilities = vulnerabilities != nullptr && !vulnerabilities->empty();
  return std::move(reading).finish();
}

}  // namespace

bool is_cyclonedx(const RawDocument& document) {
  if (document.value == nullptr) return false;
  const json::Value* format = json::find(*document.value, "bomFormat");
  return format != nullptr && format->is_string() && format->get_ref<const std::string&>() == "CycloneDX";
}

Result<ParsedSbom> read_cyclonedx(const RawDocument& document) {
  return read(*document.value, document.bytes).at("CycloneDX");
}

}  // namespace supply::sbom
