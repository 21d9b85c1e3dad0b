#include "libsupply/content/sbom/internal/spdx_read.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sbom {
namespace {

// syft names a package's kind in its id: what is left where it knows no purl.
std::string type_of_id(std::string_view id) {
  constexpr std::string_view kPrefix = "SPDXRef-Package-";
  if (!id.starts_with(kPrefix)) return {};
  id.remove_prefix(kPrefix.size());
  for (const auto& [word, type] : {std::pair<std::string_view, std::string_view>("deb-", "deb"),
                                   {"apk-", "apk"},
                                   {"rpm-", "rpm"},
                                   {"npm-", "npm"},
                                   {"python-", "pypi"},
                                   {"pypi-", "pypi"},
                                   {"go-module-", "golang"},
                                   {"golang-", "golang"}}) {
    if (id.starts_with(word)) return std::string(type);
  }
  return {};
}

Result<Component> read_package(const json::Value& package, const std::string& id) {
  Component out;
  SUPPLY_TRY(out.name, json::require_string(package, "name"));
  SUPPLY_TRY(out.version, json::string_or_empty(package, "versionInfo"));
  SUPPLY_TRY(out.license, json::string_or_empty(package, "licenseDeclared"));
  if (out.license == "NOASSERTION" || out.license == "NONE") out.license.clear();
  SUPPLY_TRY(const json::Value* refs, json::optional_array(package, "externalRefs"));
  if (refs != nullptr) {
    for (const json::Value& ref : *refs) {
      SUPPLY_TRY(const std::string type, json::string_or_empty(ref, "referenceType"));
      if (type != "purl" || !out.purl.empty()) continue;
      SUPPLY_TRY(const std::string locator, json::require_string(ref, "referenceLocator"));
      set_purl(out, locator);
    }
  }
  if (out.type.empty()) out.type = type_of_id(id);
  return out;
}

// The elements that the document describes, in either of the two ways to say so.
Result<std::set<std::string>> described(const json::Value& root) {
  std::set<std::string> out;
  SUPPLY_TRY(const std::vector<std::string> listed, json::string_list(root, "documentDescribes"));
  out.insert(listed.begin(), listed.end());
  SUPPLY_TRY(const json::Value* relationships, json::optional_array(root, "relationships"));
  if (relationships == nullptr) return out;
  for (const json::Value& one : *relationships) {
    SUPPLY_TRY(const std::string type, json::require_string(one, "relationshipType"));
    if (type != "DESCRIBES" && type != "DESCRIBED_BY") continue;
    SUPPLY_TRY(std::string from, json::require_string(one, "spdxElementId"));
    SUPPLY_TRY(std::string to, json::require_string(one, "relatedSpdxElement"));
    if (type == "DESCRIBED_BY") std::swap(from, to);
    if (from == "SPDXRef-DOCUMENT") out.insert(std::move(to));
  }
  return out;
}

// The image's digest, as a checksum of the package that the document describes, or as the version of its purl.
Result<std::optional<Digest>> manifest_of(const json::Value& package, const Component& component) {
  if (component.type == "oci" && component.purl.parts().version.starts_with("sha256:")) {
    SUPPLY_TRY(Digest digest, Digest::parse(component.purl.parts().version));
    return std::optional(std::move(digest));
  }
  SUPPLY_TRY(const json::Value* checksums, json::optional_array(package, "checksums"));
  if (checksums == nullptr) return std::optional<Digest>();
  for (const json::Value& checksum : *checksums) {
    SUPPLY_TRY(const std::string algorithm, json::require_string(checksum, "algorithm"));
    if (algorithm != "SHA256") continue;
    SUPPLY_TRY(const std::string value, json::require_string(checksum, "checksumValue"));
    SUPPLY_TRY(Digest digest, Digest::parse("sha256:" + to_lower(value)));
    return std::optional(std::move(digest));
  }
  return std::optional<Digest>();
}

}  // namespace

bool is_spdx(const json::Value& value) { return json::find(value, "spdxVersion") != nullptr; }

Result<ParsedSbom> read_spdx(const json::Value& root) {
  ParsedSbom out;
  SUPPLY_TRY(out.format, json::require_string(root, "spdxVersion").at("SPDX"));
  if (out.format != "SPDX-2.3" && out.format != "SPDX-2.2") {
    return Error(ErrorCode::unsupported, "SPDX: version " + quote(out.format) + ": want SPDX-2.2 or SPDX-2.3");
  }
  SUPPLY_TRY(const std::set<std::string> roots, described(root).at("SPDX"));
  SUPPLY_TRY(const json::Value* packages, json::optional_array(root, "packages").at("SPDX"));
  if (packages == nullptr) return out;
  std::size_t index = 0;
  for (const json::Value& package : *packages) {
    const std::string place = "SPDX: package " + std::to_string(index++);
    SUPPLY_TRY(const std::string id, json::require_string(package, "SPDXID").at(place));
    SUPPLY_TRY(Component component, read_package(package, id).at(place));
    SUPPLY_TRY(const std::string purpose, json::string_or_empty(package, "primaryPackagePurpose").at(place));
    // A document may also describe the packages one by one; then they are what it lists. Whatever a package is said to
    // be beside, its purl is a claim.
    const bool is_root = roots.contains(id) && (roots.size() == 1 || component.type == "oci" || purpose == "CONTAINER");
    if (is_root) {
      SUPPLY_TRY(out.manifest, manifest_of(package, component).at(place));
    }
    const bool is_system =
        purpose == "OPERATING-SYSTEM" || purpose == "OPERATING_SYSTEM" || id.starts_with("SPDXRef-OperatingSystem");
    if ((is_root || is_system) && !names_package(component)) continue;
    out.components.push_back(std::move(component));
  }
  return out;
}

}  // namespace supply::sbom
