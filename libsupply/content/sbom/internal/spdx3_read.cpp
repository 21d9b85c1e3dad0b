#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/members.hpp"
#include "libsupply/content/sbom/internal/reference_names.hpp"
#include "libsupply/content/sbom/internal/spdx3.hpp"
#include "libsupply/content/sbom/internal/spdx_read.hpp"

namespace supply::sbom {
namespace {

using json::Value;

std::string either(const Value& object, const char* key, const char* other) {
  std::string text = text_of(object, key);
  return text.empty() ? text_of(object, other) : text;
}

std::vector<std::string> ids_of(const Value& object, const char* key) {
  std::vector<std::string> ids;
  one_or_each_of(object, key, [&](const Value& each) {
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
  Graph(const Value& root, std::size_t bytes) : root_(root), share_(budget_) { share_.earn(bytes); }

  Result<Value> read() && {
    one_or_each_of(root_, "@graph", [&](const Value& each) {
      const std::string id = either(each, "spdxId", "@id");
      if (!id.empty()) by_id_.emplace(id, &each);
      elements_.emplace_back(either(each, "type", "@type"), &each);
    });
    SUPPLY_TRY(read_document());
    // What others name comes first.
    for (const auto& [type, element] : elements_) {
      if (is_package(type)) SUPPLY_TRY(read_package(*element));
      else if (type == "software_File") SUPPLY_TRY(read_file(*element));
      else if (type == "simplelicensing_SimpleLicensingText") read_text(*element);
      else if (!is_known(type)) SUPPLY_TRY(not_kept("elements " + type.substr(0, kLongestType)));
    }
    for (const auto& [type, element] : elements_) {
      if (type == "Annotation") read_annotation(*element);
      if (is_relationship(type)) SUPPLY_TRY(read_relationship(*element));
    }
    for (auto& [id, package] : packages_) out_["packages"].push_back(std::move(package));
    out_[kNotKept] = std::move(not_kept_);
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kLongestType = 64;
  static constexpr std::uint64_t kValueBytes = 768;  // of an object with some members
  static bool is_package(std::string_view type) {
    return type == "software_Package" || type == "ai_AIPackage" || type == "dataset_DatasetPackage";
  }
  static bool is_relationship(std::string_view type) {
    return type == "Relationship" || type == "LifecycleScopedRelationship";
  }
  // What is read where another element names it, or below.
  static bool is_known(std::string_view type) {
    static constexpr std::string_view kTypes[] = {
        "SpdxDocument", "software_Sbom", "CreationInfo", "Agent",      "Person",
        "Organization", "SoftwareAgent", "Tool",         "Annotation", "simplelicensing_LicenseExpression"};
    return is_relationship(type) || std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
  }
  // An element, a relationship or a text of this document as one of SPDX 2: many can name one long text.
  Status draw(std::uint64_t bytes) { return share_.spend(Cost::memory, kValueBytes + bytes); }
  Status not_kept(const std::string& what) {
    SUPPLY_TRY(share_.spend(Cost::memory, sizeof what + what.size()));
    not_kept_.push_back(what);
    return {};
  }
  bool is_there(const std::string& id) const { return packages_.contains(id) || files_.contains(id) || is_root_id(id); }

  const Value* find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }
  const Value* first_of(std::string_view type) const {
    for (const auto& [name, element] : elements_)
      if (name == type) return element;
    return nullptr;
  }
  bool is_root_id(const std::string& id) const { return id == document_id_ || (!sbom_id_.empty() && id == sbom_id_); }
  std::string local(const std::string& id) const { return is_root_id(id) ? "SPDXRef-DOCUMENT" : id; }

  // "Organization: NAME"; empty of nobody.
  std::string maker(const std::string& id) const {
    const Value* agent = find(id);
    if (agent == nullptr) return {};
    const std::string type = either(*agent, "type", "@type");
    std::string name = text_of(*agent, "name"), address;
    one_or_each_of(*agent, "externalIdentifier", [&](const Value& identifier) {
      const std::string text = text_of(identifier, "identifier");
      const bool is_mail = text_of(identifier, "externalIdentifierType") == "email";
      if (address.empty() && (is_mail || text.find("://") != std::string::npos)) address = text;
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
    if (json::find(*document, "import") != nullptr) SUPPLY_TRY(not_kept("import"));
    out_ = {{"spdxVersion", "SPDX-" + version},
            {"SPDXID", "SPDXRef-DOCUMENT"},
            {"name", text_of(*document, "name")},
            {"documentNamespace", document_id_.find(':') == std::string::npos ? std::string() : document_id_}};
    out_["creationInfo"] = {{"created", text_of(*creation, "created")}, {"creators", Value::array()}};
    for (const char* member : {"createdBy", "createdUsing"})
      for (const std::string& id : ids_of(*creation, member))
        if (const std::string who = maker(id); !who.empty()) {
          SUPPLY_TRY(draw(who.size()));
          out_["creationInfo"]["creators"].push_back(who);
        }
    std::vector<std::string> roots = ids_of(*document, "rootElement");
    const Value* under = roots.size() == 1 ? find(roots.front()) : nullptr;
    if (under != nullptr && either(*under, "type", "@type") == "software_Sbom") sbom = under;
    if (sbom != nullptr && sbom == under) roots = ids_of(*sbom, "rootElement");
    out_["documentDescribes"] = roots;
    if (sbom == nullptr) return {};
    sbom_id_ = either(*sbom, "spdxId", "@id");
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
    one_or_each_of(element, "verifiedUsing", [&](const Value& hash) {
      const std::string algorithm = text_of(hash, "algorithm"), value = text_of(hash, "hashValue");
      if (!algorithm.empty() && !value.empty())
        checksums.push_back({{"algorithm", algorithm}, {"checksumValue", value}});
    });
    return checksums;
  }

  // Errors: malformed. An element that nobody can name, or two of one name, may hide a package.
  Result<std::string> new_id(const Value& element) const {
    const std::string id = either(element, "spdxId", "@id");
    if (id.empty()) return Error(ErrorCode::malformed, "an element without spdxId");
    if (is_there(id)) return Error(ErrorCode::malformed, "two elements " + quote(id));
    return id;
  }

  Status read_package(const Value& element) {
    SUPPLY_TRY(const std::string id, new_id(element));
    SUPPLY_TRY(draw(2 * kValueBytes));
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
        if (const std::string who = maker(agent); !who.empty() && !package.contains(to)) {
          SUPPLY_TRY(draw(who.size()));
          package[to] = who;
        }
    Value refs = Value::array();
    std::string purl = text_of(element, "software_packageUrl");
    const auto refer = [&](std::string_view type, const std::string& locator) {
      refs.push_back({{"referenceType", std::string(type)}, {"referenceLocator", locator}});
    };
    if (!purl.empty()) refer("purl", purl);
    one_or_each_of(element, "externalIdentifier", [&](const Value& identifier) {
      const std::string type = text_of(identifier, "externalIdentifierType");
      const std::string locator = text_of(identifier, "identifier");
      if (locator.empty() || (type == "packageUrl" && locator == purl)) return;
      refer(type == "packageUrl" ? "purl"
            : type == "cpe23"    ? "cpe23Type"
            : type == "cpe22"    ? "cpe22Type"
            : type == "swhid"    ? "swh"
                                 : type,
            locator);
    });
    one_or_each_of(element, "externalRef", [&](const Value& ref) {
      const std::string type = text_of(ref, "externalRefType"), said = text_of(ref, "comment");
      const std::string named =
          said.starts_with(kReferenceType) ? said.substr(kReferenceType.size()) : type_of_spdx3_reference(type);
      for (const std::string& locator : ids_of(ref, "locator")) refer(named.empty() ? "other" : named, locator);
    });
    package["externalRefs"] = std::move(refs);
    add_address(element, "sourceArtifact", kSourceAddress, package);
    add_address(element, "vcs", kSourceAddress, package);
    packages_.emplace(id, std::move(package));
    return {};
  }

  Status read_file(const Value& element) {
    SUPPLY_TRY(const std::string id, new_id(element));
    SUPPLY_TRY(draw(id.size()));
    files_.insert(id);
    out_["files"].push_back(
        {{"SPDXID", id}, {"fileName", text_of(element, "name")}, {"checksums", checksums_of(element)}});
    return {};
  }

  void read_text(const Value& element) {
    const std::string id = either(element, "spdxId", "@id");
    const auto at = id.find("LicenseRef-");
    if (at != std::string::npos)
      out_["hasExtractedLicensingInfos"].push_back(
          {{"licenseId", id.substr(at)}, {"extractedText", text_of(element, "simplelicensing_licenseText")}});
  }

  void read_annotation(const Value& element) {
    const auto package = packages_.find(text_of(element, "subject"));
    Value& of = package == packages_.end() ? out_ : package->second;
    of["annotations"].push_back({{"comment", text_of(element, "statement")}});
  }

  // The expression of a licence element, or the identifier of one of SPDX's list, which needs none.
  std::string expression_of(const std::string& id) const {
    constexpr std::string_view kList = "https://spdx.org/licenses/";
    const Value* license = find(id);
    std::string expression = license == nullptr ? "" : text_of(*license, "simplelicensing_licenseExpression");
    if (!expression.empty()) return expression;
    return id.starts_with(kList) ? id.substr(kList.size()) : std::string();
  }

  // What the file that is deployed says of the package. Source: BSI TR-03183-2 version 2.1.0, table 9.
  static void add_artifact(const Value& file, Value& package) {
    if (!package.contains("packageFileName"))
      if (std::string name = text_of(file, "name"); !name.empty()) package["packageFileName"] = std::move(name);
    for (const Value& hash : checksums_of(file)) package[kArtifactHashes].push_back(hash["algorithm"]);
    // One of the two says whether it is structured; the others are left out where they are not so.
    for (const std::string& purpose : ids_of(file, "software_additionalPurpose"))
      if (purpose == "container" || purpose == "firmware") package[kStatesKind] = true;
    add_address(file, "binaryArtifact", "downloadLocation", package);
  }
  static void add_address(const Value& of, std::string_view type, const char* member, Value& package) {
    one_or_each_of(of, "externalRef", [&](const Value& ref) {
      const std::vector<std::string> locators = ids_of(ref, "locator");
      if (to_lower(text_of(ref, "externalRefType")) == to_lower(type) && !locators.empty() && !package.contains(member))
        package[member] = locators.front();
    });
  }
  // The same of relationships that say it, and of how complete those are that say what a package needs.
  Status read_statement(const Value& element, const std::string& type, const std::string& from, const std::string& to) {
    const std::string completeness = text_of(element, "completeness");
    if (!completeness.empty() && (type == "contains" || type == "dependsOn")) out_[kStatesCompleteness] = true;
    const bool is_artifact = type == "hasDistributionArtifact";
    if (!is_artifact && type != "generates") return {};
    const auto package = packages_.find(is_artifact ? from : to);
    const Value* other = find(is_artifact ? to : from);
    if (package == packages_.end() || other == nullptr) return {};
    SUPPLY_TRY(draw(bytes_of(*other)));
    if (is_artifact) add_artifact(*other, package->second);
    else add_address(*other, "sourceArtifact", kSourceAddress, package->second);
    return {};
  }
  // At least what can be copied of a value.
  static std::uint64_t bytes_of(const Value& value) {
    constexpr std::uint64_t kEach = 64;
    if (value.is_string()) return kEach + value.get_ref<const std::string&>().size();
    std::uint64_t bytes = kEach;
    if (value.is_structured())
      for (const Value& each : value) bytes += bytes_of(each);
    return bytes;
  }

  Status read_relationship(const Value& element) {
    const std::string type = text_of(element, "relationshipType"), from = text_of(element, "from");
    for (const std::string& to : ids_of(element, "to")) {
      SUPPLY_TRY(read_statement(element, type, from, to));
      if (type == "hasDeclaredLicense" || type == "hasConcludedLicense") {
        const auto package = packages_.find(from);
        const std::string expression = expression_of(to);
        if (package == packages_.end() || expression.empty()) {
          SUPPLY_TRY(not_kept("licences that are not there, or of no package"));
          continue;
        }
        SUPPLY_TRY(draw(expression.size()));
        package->second[type == "hasDeclaredLicense" ? "licenseDeclared" : "licenseConcluded"] = expression;
        continue;
      }
      if (!is_there(from) || !is_there(to)) {
        SUPPLY_TRY(not_kept("relationships of what is no package or file"));
        continue;
      }
      const std::string scope = text_of(element, "scope");
      const bool scoped = type == "dependsOn" && !scope.empty() && scope != "other";
      std::string named = type == "contains" ? "CONTAINS" : type == "describes" ? "DESCRIBES" : upper_case(type);
      if (scoped) named = scope == "runtime" ? "RUNTIME_DEPENDENCY_OF" : "DEV_DEPENDENCY_OF";
      if (type == "hasOptionalDependency") named = "OPTIONAL_DEPENDENCY_OF";
      // SPDX 2 says these in the other direction.
      const bool turned = scoped || type == "hasOptionalDependency";
      std::string comment = text_of(element, "comment");
      SUPPLY_TRY(draw(from.size() + to.size() + named.size() + comment.size()));
      out_["relationships"].push_back({{"spdxElementId", local(turned ? to : from)},
                                       {"relationshipType", named},
                                       {"relatedSpdxElement", local(turned ? from : to)},
                                       {"comment", std::move(comment)}});
    }
    return {};
  }

  const Value& root_;
  Budget budget_;
  Share share_;
  Value out_;
  std::string document_id_, sbom_id_;
  std::map<std::string, const Value*> by_id_;
  std::vector<std::pair<std::string, const Value*>> elements_;
  std::map<std::string, Value> packages_;
  std::set<std::string> files_;
  std::vector<std::string> not_kept_;
};

}  // namespace

bool is_spdx3(const Value& value) {
  const Value* context = json::find(value, "@context");
  if (context == nullptr || json::find(value, "@graph") == nullptr) return false;
  const Value* first = context->is_array() && !context->empty() ? &context->front() : context;
  return first->is_string() && first->get_ref<const std::string&>().find("spdx.org/rdf/3") != std::string::npos;
}

Result<Value> spdx_of_spdx3(const Value& root, std::size_t bytes) { return Graph(root, bytes).read(); }

}  // namespace supply::sbom
