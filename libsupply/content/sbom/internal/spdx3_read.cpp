#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/spdx3.hpp"

namespace supply::sbom {
namespace {

using json::Value;

std::string text_of(const Value& object, const char* key) {
  const Value* value = json::find(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::string either(const Value& object, const char* key, const char* other) {
  std::string text = text_of(object, key);
  return text.empty() ? text_of(object, other) : text;
}

// A value, or each of several.
template <class Call>
void each_of(const Value& object, const char* key, Call call) {
  const Value* list = json::find(object, key);
  if (list == nullptr) return;
  if (!list->is_array()) return call(*list);
  for (const Value& each : *list) call(each);
}

std::vector<std::string> ids_of(const Value& object, const char* key) {
  std::vector<std::string> ids;
  each_of(object, key, [&](const Value& each) {
    if (each.is_string()) ids.push_back(each.get<std::string>());
    else if (std::string id = either(each, "spdxId", "@id"); !id.empty()) ids.push_back(std::move(id));
  });
  return ids;
}

// operatingSystem is "OPERATING_SYSTEM".
std::string upper_case(std::string_view camel) {
  std::string out;
  for (const char c : camel) {
    if (c >= 'A' && c <= 'Z') out += '_';
    out += to_upper(c);
  }
  return out;
}

class Graph {
 public:
  explicit Graph(const Value& root) : root_(root) {}

  Result<Value> read() && {
    each_of(root_, "@graph", [&](const Value& each) {
      const std::string id = either(each, "spdxId", "@id");
      if (!id.empty()) by_id_.emplace(id, &each);
      elements_.emplace_back(either(each, "type", "@type"), &each);
    });
    SUPPLY_TRY(read_document());
    for (const auto& [type, element] : elements_) {
      if (type == "software_Package") read_package(*element);
      else if (type == "software_File") read_file(*element);
      else if (type == "simplelicensing_SimpleLicensingText") read_text(*element);
      else if (type == "Annotation") read_annotation(*element);
    }
    for (const auto& [type, element] : elements_)
      if (type == "Relationship" || type == "LifecycleScopedRelationship") read_relationship(*element);
    for (auto& [id, package] : packages_) out_["packages"].push_back(std::move(package));
    return std::move(out_);
  }

 private:
  const Value* find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }
  const Value* first_of(std::string_view type) const {
    for (const auto& [name, element] : elements_)
      if (name == type) return element;
    return nullptr;
  }
  std::string local(const std::string& id) const { return id == document_id_ ? "SPDXRef-DOCUMENT" : id; }

  // "Organization: NAME"; empty of nobody.
  std::string maker(const std::string& id) const {
    const Value* agent = find(id);
    if (agent == nullptr) return {};
    const std::string type = either(*agent, "type", "@type");
    std::string name = text_of(*agent, "name"), address;
    each_of(*agent, "externalIdentifier", [&](const Value& identifier) {
      if (address.empty() && text_of(identifier, "externalIdentifierType") == "email")
        address = text_of(identifier, "identifier");
    });
    if (name.empty()) name = address;
    if (name.empty()) return {};
    if (!address.empty() && name.find(address) == std::string::npos) name += " (" + address + ")";
    return (type == "Person"                            ? "Person: "
            : type == "Tool" || type == "SoftwareAgent" ? "Tool: "
                                                        : "Organization: ") +
           name;
  }

  Status read_document() {
    const Value* document = first_of("SpdxDocument");
    const Value* sbom = first_of("software_Sbom");
    if (document == nullptr) document = sbom;
    if (document == nullptr) return Error(ErrorCode::malformed, "no SpdxDocument");
    document_id_ = either(*document, "spdxId", "@id");
    const Value* creation = json::find(*document, "creationInfo");
    if (creation != nullptr && creation->is_string()) creation = find(creation->get<std::string>());
    if (creation == nullptr || !creation->is_object()) return Error(ErrorCode::malformed, "no creationInfo");
    const std::string version = text_of(*creation, "specVersion");
    if (version != "3.0.1" && version != "3.0.0" && version != "3.0")
      return Error(ErrorCode::unsupported, "version " + quote(version) + ": want 3.0.1");
    out_ = {{"spdxVersion", "SPDX-" + version}, {"SPDXID", "SPDXRef-DOCUMENT"}, {"name", text_of(*document, "name")}};
    out_["creationInfo"] = {{"created", text_of(*creation, "created")}, {"creators", Value::array()}};
    for (const char* member : {"createdBy", "createdUsing"})
      for (const std::string& id : ids_of(*creation, member))
        if (const std::string who = maker(id); !who.empty()) out_["creationInfo"]["creators"].push_back(who);
    std::vector<std::string> roots = ids_of(*document, "rootElement");
    const Value* under = roots.size() == 1 ? find(roots.front()) : nullptr;
    if (under != nullptr && either(*under, "type", "@type") == "software_Sbom") sbom = under;
    if (sbom != nullptr && sbom == under) roots = ids_of(*sbom, "rootElement");
    out_["documentDescribes"] = roots;
    if (sbom == nullptr) return {};
    for (const std::string& type : ids_of(*sbom, "software_sbomType"))
      for (const auto& [from, phase] : {std::pair<std::string_view, std::string_view>("design", "design"),
                                        {"source", "pre-build"},
                                        {"build", "build"},
                                        {"analyzed", "post-build"},
                                        {"deployed", "operations"},
                                        {"runtime", "operations"}})
        if (type == from) out_["creationInfo"]["comment"] = "generation context: " + std::string(phase);
    return {};
  }

  static Value checksums_of(const Value& element) {
    Value checksums = Value::array();
    each_of(element, "verifiedUsing", [&](const Value& hash) {
      const std::string algorithm = text_of(hash, "algorithm"), value = text_of(hash, "hashValue");
      if (!algorithm.empty() && !value.empty())
        checksums.push_back({{"algorithm", algorithm}, {"checksumValue", value}});
    });
    return checksums;
  }

  void read_package(const Value& element) {
    const std::string id = either(element, "spdxId", "@id");
    if (id.empty() || packages_.contains(id)) return;
    Value package = {{"SPDXID", id}, {"name", text_of(element, "name")}, {"checksums", checksums_of(element)}};
    for (const auto& [from, to] : {std::pair("software_packageVersion", "versionInfo"),
                                   {"software_homePage", "homepage"},
                                   {"software_sourceInfo", "sourceInfo"},
                                   {"software_copyrightText", "copyrightText"},
                                   {"software_downloadLocation", "downloadLocation"},
                                   {"description", "description"},
                                   {"comment", "comment"}})
      if (std::string text = text_of(element, from); !text.empty()) package[to] = std::move(text);
    if (const std::string purpose = text_of(element, "software_primaryPurpose"); !purpose.empty())
      package["primaryPackagePurpose"] = upper_case(purpose);
    for (const auto& [from, to] : {std::pair("suppliedBy", "supplier"), {"originatedBy", "originator"}})
      for (const std::string& agent : ids_of(element, from))
        if (const std::string who = maker(agent); !who.empty() && !package.contains(to)) package[to] = who;
    Value refs = Value::array();
    std::string purl = text_of(element, "software_packageUrl");
    const auto refer = [&](std::string_view type, const std::string& locator) {
      refs.push_back({{"referenceType", std::string(type)}, {"referenceLocator", locator}});
    };
    if (!purl.empty()) refer("purl", purl);
    each_of(element, "externalIdentifier", [&](const Value& identifier) {
      const std::string type = text_of(identifier, "externalIdentifierType");
      const std::string locator = text_of(identifier, "identifier");
      if (locator.empty() || (type == "packageUrl" && locator == purl)) return;
      refer(type == "packageUrl" ? "purl"
            : type == "cpe23"    ? "cpe23Type"
            : type == "cpe22"    ? "cpe22Type"
                                 : type,
            locator);
    });
    package["externalRefs"] = std::move(refs);
    packages_.emplace(id, std::move(package));
  }

  void read_file(const Value& element) {
    out_["files"].push_back({{"SPDXID", either(element, "spdxId", "@id")},
                             {"fileName", text_of(element, "name")},
                             {"checksums", checksums_of(element)}});
  }

  void read_text(const Value& element) {
    const std::string id = either(element, "spdxId", "@id");
    const auto at = id.find("LicenseRef-");
    if (at != std::string::npos)
      out_["hasExtractedLicensingInfos"].push_back(
          {{"licenseId", id.substr(at)}, {"extractedText", text_of(element, "simplelicensing_licenseText")}});
  }

  void read_annotation(const Value& element) {
    out_["annotations"].push_back({{"comment", text_of(element, "statement")}});
  }

  void read_relationship(const Value& element) {
    const std::string type = text_of(element, "relationshipType"), from = text_of(element, "from");
    for (const std::string& to : ids_of(element, "to")) {
      if (type == "hasDeclaredLicense" || type == "hasConcludedLicense") {
        const auto package = packages_.find(from);
        const Value* license = find(to);
        if (package == packages_.end() || license == nullptr) continue;
        const std::string expression = text_of(*license, "simplelicensing_licenseExpression");
        package->second[type == "hasDeclaredLicense" ? "licenseDeclared" : "licenseConcluded"] = expression;
        continue;
      }
      const std::string named = type == "contains" ? "CONTAINS" : type == "describes" ? "DESCRIBES" : upper_case(type);
      out_["relationships"].push_back({{"spdxElementId", local(from)},
                                       {"relationshipType", named},
                                       {"relatedSpdxElement", local(to)},
                                       {"comment", text_of(element, "comment")}});
    }
  }

  const Value& root_;
  Value out_;
  std::string document_id_;
  std::map<std::string, const Value*> by_id_;
  std::vector<std::pair<std::string, const Value*>> elements_;
  std::map<std::string, Value> packages_;
};

}  // namespace

bool is_spdx3(const Value& value) {
  const Value* context = json::find(value, "@context");
  if (context == nullptr || json::find(value, "@graph") == nullptr) return false;
  const Value* first = context->is_array() && !context->empty() ? &context->front() : context;
  return first->is_string() && first->get_ref<const std::string&>().find("spdx.org/rdf/3") != std::string::npos;
}

Result<Value> spdx_of_spdx3(const Value& root) { return Graph(root).read(); }

}  // namespace supply::sbom
