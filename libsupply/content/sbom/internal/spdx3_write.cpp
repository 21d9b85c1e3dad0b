#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/expression.hpp"
#include "libsupply/content/sbom/internal/members.hpp"
#include "libsupply/content/sbom/internal/model_text.hpp"
#include "libsupply/content/sbom/internal/reference_names.hpp"
#include "libsupply/content/sbom/internal/spdx3.hpp"

namespace supply::sbom {
namespace {

using json::Value;

bool says_nothing(const std::string& text) { return text.empty() || text == "NOASSERTION" || text == "NONE"; }

// "OPERATING_SYSTEM" is operatingSystem.
std::string camel_case(std::string_view upper) {
  std::string out;
  bool next_up = false;
  for (const char c : upper) {
    if (c == '_' || c == '-') {
      next_up = true;
      continue;
    }
    out += next_up ? c : to_lower(std::string_view(&c, 1)).front();
    next_up = false;
  }
  return out;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kRelations = {
    {{"CONTAINS", "contains"}, {"DEPENDS_ON", "dependsOn"}, {"OTHER", "other"}}};
// Relationships that say what something is needed for, which SPDX 3 has in the other direction. Source: SPDX 3.0.1,
// Core, "LifecycleScopedRelationship".
struct Scoped {
  std::string_view old, now, scope;
};
constexpr std::array<Scoped, 3> kScoped = {{{"RUNTIME_DEPENDENCY_OF", "dependsOn", "runtime"},
                                            {"OPTIONAL_DEPENDENCY_OF", "hasOptionalDependency", ""},
                                            {"DEV_DEPENDENCY_OF", "dependsOn", "development"}}};
const Scoped* scoped_of(std::string_view type) {
  for (const Scoped& each : kScoped)
    if (each.old == type) return &each;
  return nullptr;
}
// Phases of CycloneDX, as Supply's comment has them, and SPDX's types of SBOMs.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kContexts = {{{"design", "design"},
                                                                                     {"pre-build", "source"},
                                                                                     {"build", "build"},
                                                                                     {"post-build", "analyzed"},
                                                                                     {"operations", "deployed"}}};

class Graph {
 public:
  explicit Graph(const Value& root) : root_(root), base_(text_of(root, "documentNamespace") + "#") {}

  std::string write() && {
    out_ = "{\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\",\"@graph\":[\n";
    write_creation();
    write_document();
    each_of(root_, "packages", [&](const Value& package) { write_package(package); });
    each_of(root_, "files", [&](const Value& file) { write_file(file); });
    write_licenses();
    write_relationships();
    write_annotations(root_);
    out_ += "\n]}\n";
    return std::move(out_);
  }

 private:
  // Of an element in this document, or "DocumentRef-X:SPDXRef-Y" in one that is imported.
  std::string id(std::string_view local) const {
    if (const std::size_t colon = local.find(':'); local.starts_with("DocumentRef-") && colon != std::string_view::npos)
      if (const auto other = imports_.find(std::string(local.substr(0, colon))); other != imports_.end())
        return other->second + local_part(local.substr(colon + 1));
    return base_ + local_part(local);
  }
  static std::string local_part(std::string_view id) {
    return std::string(id.starts_with("SPDXRef-") ? id.substr(8) : id);
  }
  static std::string hash_of(std::string_view text) {
    return to_hex(crypto::hash(crypto::HashAlgorithm::sha256, text).substr(0, 8));
  }
  void add(Value element) {
    if (!first_) out_ += ",\n";
    first_ = false;
    out_ += json::to_text(element);
  }
  Value element(const char* type, std::string spdx_id) const {
    return {{"type", type}, {"spdxId", std::move(spdx_id)}, {"creationInfo", "_:creationInfo"}};
  }

  // "Organization: NAME (ADDRESS)"; its id.
  std::string agent(const std::string& maker) {
    const auto colon = maker.find(": ");
    const std::string kind = maker.substr(0, colon);
    const std::string name = colon == std::string::npos ? maker : maker.substr(colon + 2);
    const char* type = kind == "Organization" ? "Organization" : kind == "Tool" ? "Tool" : "Person";
    const std::string agent_id = id("Agent-" + hash_of(maker));
    if (!agents_.insert(agent_id).second) return agent_id;
    Value made = element(type, agent_id);
    made["name"] = name;
    const auto open = name.rfind(" (");
    if (open != std::string::npos && name.ends_with(')') && name.find('@', open) != std::string::npos)
      made["externalIdentifier"] = {{{"type", "ExternalIdentifier"},
                                     {"externalIdentifierType", "email"},
                                     {"identifier", name.substr(open + 2, name.size() - open - 3)}}};
    add(std::move(made));
    return agent_id;
  }

  void write_creation() {
    const Value* info = json::find(root_, "creationInfo");
    std::vector<std::string> by, with;
    if (info != nullptr)
      each_of(*info, "creators", [&](const Value& creator) {
        if (!creator.is_string()) return;
        const std::string& text = creator.get_ref<const std::string&>();
        (text.starts_with("Tool: ") ? with : by).push_back(agent(text));
        if (text.starts_with("Tool: ")) tool_ = text.substr(6);
      });
    // An agent is asked for: without an author it is the program itself.
    if (by.empty()) {
      Value made = element("SoftwareAgent", id("Agent-software"));
      made["name"] = tool_;
      add(std::move(made));
      by.push_back(id("Agent-software"));
    }
    Value creation = {{"type", "CreationInfo"}, {"@id", "_:creationInfo"}, {"specVersion", "3.0.1"}, {"createdBy", by}};
    creation["created"] = info == nullptr ? std::string() : text_of(*info, "created");
    if (!with.empty()) creation["createdUsing"] = with;
    add(std::move(creation));
  }

  // The elements of other documents that are named, each with the digest of its document's bytes.
  // Source: SPDX 3.0.1, Core, "ExternalMap".
  Value imported() {
    Value imports = Value::array();
    each_of(root_, "externalDocumentRefs", [&](const Value& ref) {
      const std::string base = text_of(ref, "spdxDocument") + "#";
      imports_[text_of(ref, "externalDocumentId")] = base;
      Value map = {{"type", "ExternalMap"}, {"externalSpdxId", base + "DOCUMENT"}};
      const Value* checksum = json::find(ref, "checksum");
      if (checksum != nullptr) map["verifiedUsing"] = nlohmann::json::array({hash_of_checksum(*checksum)});
      imports.push_back(std::move(map));
    });
    return imports;
  }

  void write_document() {
    std::vector<std::string> roots, elements;
    each_of(root_, "relationships", [&](const Value& relationship) {
      if (text_of(relationship, "relationshipType") == "DESCRIBES")
        roots.push_back(id(text_of(relationship, "relatedSpdxElement")));
    });
    Value sbom = element("software_Sbom", id("SBOM"));
    sbom["rootElement"] = roots;
    if (const Value* info = json::find(root_, "creationInfo")) {
      const std::string comment = text_of(*info, "comment");
      for (const auto& [phase, type] : kContexts)
        if (comment == "generation context: " + std::string(phase)) sbom["software_sbomType"] = {std::string(type)};
    }
    for (const char* list : {"packages", "files"})
      each_of(root_, list, [&](const Value& each) { elements.push_back(id(text_of(each, "SPDXID"))); });
    sbom["element"] = elements;
    Value document = element("SpdxDocument", id("SPDXRef-DOCUMENT"));
    Value imports = imported();
    if (!imports.empty()) document["import"] = std::move(imports);
    document["name"] = text_of(root_, "name");
    document["rootElement"] = {id("SBOM")};
    document["profileConformance"] = {"core", "software", "simpleLicensing"};
    add(std::move(document));
    add(std::move(sbom));
  }

  static Value hash_of_checksum(const Value& checksum) {
    const std::string algorithm = spdx3_hash(to_lower(text_of(checksum, "algorithm")));
    return {{"type", "Hash"}, {"algorithm", algorithm}, {"hashValue", text_of(checksum, "checksumValue")}};
  }

  static void set_hashes(Value& made, const Value& from) {
    Value hashes = Value::array();
    each_of(from, "checksums", [&](const Value& checksum) { hashes.push_back(hash_of_checksum(checksum)); });
    if (!hashes.empty()) made["verifiedUsing"] = std::move(hashes);
  }

  static std::optional<pkg::Model> model_of(const Value& package) {
    std::optional<pkg::Model> model;
    each_of(package, "annotations", [&](const Value& annotation) {
      const std::string comment = text_of(annotation, "comment");
      if (comment.starts_with(kModelWords)) model = model_from_text(comment.substr(kModelWords.size()));
    });
    return model;
  }

  // The annotation has all of it. Source: SPDX 3.0.1, AI/AIPackage.
  static void set_model(Value& made, const pkg::Model& model) {
    made["software_primaryPurpose"] = "model";
    if (!model.architecture.empty()) made["ai_typeOfModel"] = {model.architecture};
    Value parameters = Value::array();
    for (const auto& [key, value] : {std::pair<const char*, const std::string*>("format", &model.format),
                                     {"size", &model.size},
                                     {"quantization", &model.quantization}})
      if (!value->empty()) parameters.push_back({{"type", "DictionaryEntry"}, {"key", key}, {"value", *value}});
    if (!parameters.empty()) made["ai_hyperparameter"] = std::move(parameters);
  }

  // Source: SPDX 3.0.1, Core, "ExternalIdentifierType".
  static std::string_view identifier_of(std::string_view type) {
    for (const auto& [old, now] : {std::pair<std::string_view, std::string_view>("purl", "packageUrl"),
                                   {"cpe23Type", "cpe23"},
                                   {"cpe22Type", "cpe22"},
                                   {"swid", "swid"},
                                   {"gitoid", "gitoid"},
                                   {"swh", "swhid"}})
      if (type == old) return now;
    return {};
  }

  void write_package(const Value& package) {
    const std::string local = text_of(package, "SPDXID");
    const auto model = model_of(package);
    Value made = element(model ? "ai_AIPackage" : "software_Package", id(local));
    if (model) set_model(made, *model);
    for (const auto& [from, to] : {std::pair("name", "name"),
                                   {"versionInfo", "software_packageVersion"},
                                   {"homepage", "software_homePage"},
                                   {"sourceInfo", "software_sourceInfo"},
                                   {"copyrightText", "software_copyrightText"},
                                   {"downloadLocation", "software_downloadLocation"},
                                   {"description", "description"},
                                   {"comment", "comment"}})
      if (const std::string text = text_of(package, from); !says_nothing(text)) made[to] = text;
    if (const std::string purpose = text_of(package, "primaryPackagePurpose"); !purpose.empty())
      made["software_primaryPurpose"] = camel_case(purpose);
    if (const std::string supplier = text_of(package, "supplier"); !says_nothing(supplier))
      made["suppliedBy"] = agent(supplier);
    if (const std::string originator = text_of(package, "originator"); !says_nothing(originator))
      made["originatedBy"] = nlohmann::json::array({agent(originator)});
    set_hashes(made, package);
    Value identifiers = Value::array(), addresses = Value::array();
    each_of(package, "externalRefs", [&](const Value& ref) {
      const std::string type = text_of(ref, "referenceType"), locator = text_of(ref, "referenceLocator");
      if (const std::string_view identifier = identifier_of(type); !identifier.empty()) {
        if (type == "purl" && !made.contains("software_packageUrl")) made["software_packageUrl"] = locator;
        identifiers.push_back({{"type", "ExternalIdentifier"},
                               {"externalIdentifierType", std::string(identifier)},
                               {"identifier", locator}});
        return;
      }
      const std::string_view named = spdx3_reference(type);
      Value address = {{"type", "ExternalRef"}, {"locator", nlohmann::json::array({locator})}};
      address["externalRefType"] = named.empty() ? "other" : std::string(named);
      if (type_of_spdx3_reference(named) != type) address["comment"] = std::string(kReferenceType) + type;
      addresses.push_back(std::move(address));
    });
    if (!addresses.empty()) made["externalRef"] = std::move(addresses);
    if (!identifiers.empty()) made["externalIdentifier"] = std::move(identifiers);
    add(std::move(made));
    for (const auto& [member, type] :
         {std::pair("licenseDeclared", "hasDeclaredLicense"), std::pair("licenseConcluded", "hasConcludedLicense")})
      if (const std::string said = text_of(package, member); !says_nothing(said))
        licensed_[said].emplace_back(id(local), type);
    write_annotations(package);
  }

  void write_file(const Value& file) {
    Value made = element("software_File", id(text_of(file, "SPDXID")));
    made["name"] = text_of(file, "fileName");
    set_hashes(made, file);
    add(std::move(made));
  }

  void write_licenses() {
    std::map<std::string, std::string> texts;  // LicenseRef to the id of its text
    each_of(root_, "hasExtractedLicensingInfos", [&](const Value& license) {
      const std::string ref = text_of(license, "licenseId");
      Value made = element("simplelicensing_SimpleLicensingText", id(ref));
      made["name"] = ref;
      made["simplelicensing_licenseText"] = text_of(license, "extractedText");
      add(std::move(made));
      texts.emplace(ref, id(ref));
    });
    for (const auto& [expression, packages] : licensed_) {
      Value made = element("simplelicensing_LicenseExpression", id("License-" + hash_of(expression)));
      made["simplelicensing_licenseExpression"] = expression;
      Value custom = Value::array();
      if (const auto parsed = license::Expression::parse(expression))
        for (const std::string& name : parsed->licenses())
          if (const auto text = texts.find(name); text != texts.end())
            custom.push_back({{"type", "DictionaryEntry"}, {"key", name}, {"value", text->second}});
      if (!custom.empty()) made["simplelicensing_customIdToUri"] = std::move(custom);
      add(std::move(made));
      for (const auto& [package, type] : packages) relate(package, type, "", {id("License-" + hash_of(expression))});
    }
  }

  void relate(const std::string& from, const std::string& type, const std::string& comment,
              const std::vector<std::string>& to, const std::string& scope = {}) {
    std::string named = from + '\n' + type + '\n' + comment;
    if (!scope.empty()) named += '\n' + scope;
    Value made =
        element(scope.empty() ? "Relationship" : "LifecycleScopedRelationship", id("Relationship-" + hash_of(named)));
    if (!scope.empty()) made["scope"] = scope;
    made["from"] = from;
    made["relationshipType"] = type;
    made["to"] = to;
    if (!comment.empty()) made["comment"] = comment;
    add(std::move(made));
  }

  void write_relationships() {
    std::map<std::array<std::string, 4>, std::vector<std::string>> grouped;  // from, type, comment and scope
    each_of(root_, "relationships", [&](const Value& relationship) {
      const std::string type = text_of(relationship, "relationshipType");
      if (type == "DESCRIBES") return;
      std::string named = "other", comment = text_of(relationship, "comment");
      if (const Scoped* scoped = scoped_of(type); scoped != nullptr) {
        grouped[{id(text_of(relationship, "relatedSpdxElement")), std::string(scoped->now), comment,
                 std::string(scoped->scope)}]
            .push_back(id(text_of(relationship, "spdxElementId")));
        return;
      }
      // SPDX 3 has this one in the other direction alone.
      if (type == "DESCRIBED_BY") {
        grouped[{id(text_of(relationship, "relatedSpdxElement")), "describes", comment, ""}].push_back(
            id(text_of(relationship, "spdxElementId")));
        return;
      }
      bool known = false;
      for (const auto& [old, now] : kRelations) {
        if (type != old) continue;
        named = now;
        known = true;
      }
      if (!known) comment = comment.empty() ? type : type + ": " + comment;
      grouped[{id(text_of(relationship, "spdxElementId")), named, comment, ""}].push_back(
          id(text_of(relationship, "relatedSpdxElement")));
    });
    for (const auto& [key, to] : grouped) relate(key[0], key[1], key[2], to, key[3]);
  }

  void write_annotations(const Value& of) {
    each_of(of, "annotations", [&](const Value& annotation) {
      const std::string subject = id(text_of(of, "SPDXID"));
      const std::string comment = text_of(annotation, "comment");
      Value made = element("Annotation", id("Annotation-" + hash_of(subject + '\n' + comment)));
      made["annotationType"] = "other";
      made["subject"] = subject;
      made["statement"] = comment;
      add(std::move(made));
    });
  }

  const Value& root_;
  std::string base_, out_, tool_ = "supply";
  bool first_ = true;
  std::set<std::string> agents_;
  std::map<std::string, std::string> imports_;  // "DocumentRef-X" to what its ids begin with
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> licensed_;  // expression to packages and how
};

}  // namespace

std::string spdx3_of_spdx(const Value& root) { return Graph(root).write(); }

}  // namespace supply::sbom
