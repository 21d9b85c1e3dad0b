// syft's own JSON, read only. Source: anchore/syft, schema/json (versions 11 to 16).
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/declared.hpp"
#include "libsupply/content/sbom/format.hpp"
#include "libsupply/content/sbom/internal/members.hpp"
#include "libsupply/content/sbom/internal/reading.hpp"

namespace supply::sbom::formats {
namespace {

// Its names of package types, where purls have others.
std::string type_of(const std::string& type) {
  for (const auto& [syft, purl] : {std::pair<std::string_view, std::string_view>("python", "pypi"),
                                   {"go-module", "golang"},
                                   {"java-archive", "maven"},
                                   {"rust-crate", "cargo"},
                                   {"php-composer", "composer"},
                                   {"dotnet", "nuget"},
                                   {"binary", "generic"}})
    if (type == syft) return std::string(purl);
  return type;
}

void read_licenses(const json::Value& artifact, pkg::Package& out, StatedElement& stated) {
  const json::Value* licenses = json::find(artifact, "licenses");
  if (licenses == nullptr || !licenses->is_array()) return;
  std::vector<license::Declared> parts;
  std::vector<std::string> shown;
  for (const json::Value& license : *licenses) {
    std::string said = license.is_string() ? license.get<std::string>() : text_of(license, "spdxExpression");
    if (said.empty()) said = text_of(license, "value");
    if (said.empty()) continue;
    shown.push_back(said);
    if (auto expression = license::Expression::parse(said)) parts.push_back({*std::move(expression), {}, {}});
    else parts.push_back(license::reference(said.substr(0, 64), said, license::Meaning::unread));
  }
  license::Declared all = license::all_of(std::move(parts));
  out.declared_license = all.expression.to_string();
  out.license_texts = std::move(all.texts);
  out.unread_licenses = std::move(all.unread);
  stated.license = join(shown, " AND ");
}

Status read_artifact(const json::Value& artifact, Reading& reading) {
  pkg::Package out;
  SUPPLY_TRY(const std::string id, json::require_string(artifact, "id"));
  SUPPLY_TRY(out.name, json::require_string(artifact, "name"));
  SUPPLY_TRY(out.version, json::string_or_empty(artifact, "version"));
  SUPPLY_TRY(const std::string purl, json::string_or_empty(artifact, "purl"));
  StatedElement& stated = reading.add_element(StatedElement::Role::package, id, out.name);
  stated.version = out.version;
  set_purl(out, purl);
  if (out.purl.empty() && out.shown_type.empty()) out.shown_type = type_of(text_of(artifact, "type"));
  if (!purl.empty()) stated.identifiers.push_back(purl);
  out.cataloger = text_of(artifact, "foundBy");
  if (const json::Value* cpes = json::find(artifact, "cpes"); cpes != nullptr && cpes->is_array())
    for (const json::Value& cpe : *cpes)
      if (std::string name = cpe.is_string() ? cpe.get<std::string>() : text_of(cpe, "cpe"); !name.empty()) {
        stated.identifiers.push_back(name);
        out.cpes.push_back(std::move(name));
      }
  // A layer is named by its diff_id here, and by its blob's digest in an Inventory.
  if (const json::Value* places = json::find(artifact, "locations");
      places != nullptr && places->is_array() && !places->empty()) {
    out.location = inventory_path(text_of(places->front(), "path"));
    if (!text_of(places->front(), "layerID").empty()) reading.not_kept("layers of packages");
  }
  read_licenses(artifact, out, stated);
  if (const json::Value* metadata = json::find(artifact, "metadata")) {
    out.architecture = text_of(*metadata, "architecture");
    const std::string source = text_of(*metadata, "source");
    out.source_name = source.empty() ? text_of(*metadata, "originPackage") : source;
    out.source_version = text_of(*metadata, "sourceVersion");
    if (out.source_name == out.name) out.source_name.clear();
  }
  reading.add_package(id, std::move(out));
  return {};
}

Status read_file(const json::Value& file, Reading& reading) {
  SUPPLY_TRY(const std::string id, json::require_string(file, "id"));
  const json::Value* location = json::find(file, "location");
  if (location == nullptr) return {};
  DocumentFile out{inventory_path(text_of(*location, "path")), {}};
  SUPPLY_TRY(const json::Value* digests, json::optional_array(file, "digests"));
  if (digests != nullptr)
    for (const json::Value& digest : *digests)
      out.checksums.push_back({checksum_name(text_of(digest, "algorithm")), to_lower(text_of(digest, "value"))});
  reading.add_file(id, std::move(out));
  return {};
}

Status read_relationships(const json::Value& root, Reading& reading) {
  SUPPLY_TRY(const json::Value* relationships, json::optional_array(root, "artifactRelationships"));
  if (relationships == nullptr) return {};
  for (const json::Value& one : *relationships) {
    SUPPLY_TRY(const std::string parent, json::require_string(one, "parent"));
    SUPPLY_TRY(const std::string child, json::require_string(one, "child"));
    SUPPLY_TRY(const std::string type, json::require_string(one, "type"));
    if (type == "contains") reading.add_content(parent, child);
    else if (type == "dependency-of") reading.add_dependency(child, parent);
    else if (type == "ownership-by-file-overlap") reading.add_owner(parent, child);
    else if (type != "evident-by") reading.not_kept("relationships " + type.substr(0, 64));
  }
  return {};
}

void read_source(const json::Value& root, Reading& reading) {
  const json::Value* source = json::find(root, "source");
  if (source == nullptr) return;
  DocumentSubject& subject = reading.sbom().subject;
  const std::string id = text_of(*source, "id");
  subject.name = text_of(*source, "name");
  StatedElement& stated = reading.add_element(StatedElement::Role::subject, id, subject.name);
  stated.version = text_of(*source, "version");
  reading.add_subject(id);
  const json::Value* metadata = json::find(*source, "metadata");
  if (metadata == nullptr) return;
  if (auto digest = Digest::parse(text_of(*metadata, "manifestDigest"))) {
    subject.manifest = *std::move(digest);
    stated.hash_algorithms.emplace_back("sha256");
  }
  subject.platform.os = text_of(*metadata, "os");
  subject.platform.architecture = text_of(*metadata, "architecture");
}

Result<ParsedSbom> read_root(const json::Value& root, std::size_t bytes) {
  const json::Value* schema = json::find(root, "schema");
  const std::string version = schema == nullptr ? std::string() : text_of(*schema, "version");
  Reading reading("syft-" + (version.empty() ? "unknown" : version), bytes);
  if (const json::Value* descriptor = json::find(root, "descriptor")) {
    const std::string name = text_of(*descriptor, "name"), tool = text_of(*descriptor, "version");
    if (!name.empty()) reading.sbom().makers.tools.push_back(tool.empty() ? name : name + "-" + tool);
    if (auto time = parse_rfc3339(text_of(*descriptor, "timestamp"))) reading.sbom().created = *time;
  }
  read_source(root, reading);
  if (const json::Value* distro = json::find(root, "distro"); distro != nullptr && !text_of(*distro, "id").empty())
    reading.add_system("distro",
                       {text_of(*distro, "id"), text_of(*distro, "versionID"), text_of(*distro, "prettyName")});
  SUPPLY_TRY(const json::Value* artifacts, json::optional_array(root, "artifacts"));
  std::size_t index = 0;
  if (artifacts != nullptr)
    for (const json::Value& artifact : *artifacts)
      SUPPLY_TRY(read_artifact(artifact, reading).at("artifact " + std::to_string(index++)));
  SUPPLY_TRY(const json::Value* files, json::optional_array(root, "files"));
  index = 0;
  if (files != nullptr)
    for (const json::Value& file : *files) SUPPLY_TRY(read_file(file, reading).at("file " + std::to_string(index++)));
  SUPPLY_TRY(read_relationships(root, reading));
  return std::move(reading).finish();
}

bool detect(const RawDocument& document) {
  if (document.value == nullptr || json::find(*document.value, "artifacts") == nullptr) return false;
  const json::Value* schema = json::find(*document.value, "schema");
  return schema != nullptr && text_of(*schema, "url").find("anchore/syft") != std::string::npos;
}

Result<ParsedSbom> read(const RawDocument& document) {
  return read_root(*document.value, document.bytes).at("syft's JSON");
}

}  // namespace

const Format& syft_json() {
  static constexpr Format format{.name = "syft-json",
                                 .media_type = "application/vnd.syft+json",
                                 .predicate_type = "",
                                 .detect = detect,
                                 .read = read};
  return format;
}

}  // namespace supply::sbom::formats
