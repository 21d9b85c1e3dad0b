#include "libsupply/content/sbom/internal/spdx_read_package.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/document_ids.hpp"
#include "libsupply/content/sbom/internal/reference_names.hpp"
#include "libsupply/content/sbom/internal/spdx_read.hpp"
#include "libsupply/content/sbom/internal/stated_checksums.hpp"

namespace supply::sbom {
namespace {

// "SPDXRef-Package-TYPE-NAME-HASH", as Supply and syft name packages: what is left where no purl is known.
std::string type_of_id(std::string_view id, std::string_view name) {
  if (const auto hash = id.rfind('#'); hash != std::string_view::npos) id.remove_prefix(hash + 1);  // SPDX 3
  else if (id.starts_with("SPDXRef-")) id.remove_prefix(8);
  constexpr std::string_view kPrefix = "Package-";
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
  constexpr std::size_t kHash = 16;  // hexadecimal digits, perhaps with a number behind them
  const std::string middle = "-" + id_part(name) + "-";
  const auto at = id.find(middle);
  if (at == std::string_view::npos || at == 0) return {};
  const std::string_view hash = id.substr(at + middle.size(), kHash);
  const bool is_hash = hash.size() == kHash && std::all_of(hash.begin(), hash.end(), [](char c) {
                         return is_digit(c) || (c >= 'a' && c <= 'f');
                       });
  return is_hash ? std::string(id.substr(0, at)) : std::string();
}

// The text behind a word that Supply's writer puts before it, up to the next one of them; empty when it is not there.
std::string_view said_after(std::string_view text, std::string_view word) {
  const auto at = text.find(word);
  if (at == std::string_view::npos || (at != 0 && !text.substr(0, at).ends_with("; "))) return {};
  text.remove_prefix(at + word.size());
  return text.substr(0, text.find("; "));
}

// Where it was found: in Supply's comment, else in what Supply and syft write of the source.
void read_place(std::string_view comment, std::string_view source_info, pkg::Package& out, Reading& reading) {
  out.location = said_after(comment, "found in: ");
  if (auto layer = Digest::parse(said_after(comment, "layer: "))) out.layer = *std::move(layer);
  if (const auto introduced = reading.layer(said_after(comment, "introduced by layer: "))) out.introduced = *introduced;
  constexpr std::string_view kBuilt = "built package from: ";
  if (source_info.starts_with(kBuilt)) {
    const std::string_view source = source_info.substr(kBuilt.size());
    const auto space = source.rfind(' ');
    const std::string_view name = source.substr(0, space);
    const std::string_view version = space == std::string_view::npos ? std::string_view() : source.substr(space + 1);
    if (name != out.name) out.source_name = name;
    if (version != out.version) out.source_version = version;
  } else if (out.location.empty()) {
    const auto colon = source_info.find(": ");
    if (colon == std::string_view::npos) return;
    const std::string_view place = source_info.substr(colon + 2);
    if (place.starts_with('/') || source_info.starts_with("package found in"))
      out.location = inventory_path(place.substr(0, place.find(", ")));
  }
}

Status read_references(const json::Value& package, pkg::Package& out, StatedElement& stated, PackageDetails& details,
                       Reading& reading) {
  SUPPLY_TRY(const json::Value* refs, json::optional_array(package, "externalRefs"));
  if (refs == nullptr) return {};
  for (const json::Value& ref : *refs) {
    SUPPLY_TRY(const std::string type, json::string_or_empty(ref, "referenceType"));
    const bool identifies = type == "purl" || type.starts_with("cpe2") || type == "swid" || type == "gitoid" ||
                            type == "swh" || type.starts_with("http://spdx.org/rdf/references/cpe2");
    SUPPLY_TRY(const std::string locator, json::require_string(ref, "referenceLocator"));
    if (json::find(ref, "comment") != nullptr) reading.not_kept("comments on external references");
    if (identifies) stated.identifiers.push_back(locator);
    if (type == "purl" && out.purl.empty()) set_purl(out, locator);
    else if (identifies && locator.starts_with("cpe:2.3:")) out.cpes.push_back(locator);
    else if (!type.empty()) details.references.push_back({type, locator});
    else reading.not_kept("external references");
  }
  std::sort(details.references.begin(), details.references.end());
  return {};
}

// What the model has no place for.
Status count_others(const json::Value& package, Reading& reading) {
  for (const char* member : {"attributionTexts", "builtDate", "releaseDate", "validUntilDate", "licenseComments"}) {
    const json::Value* value = json::find(package, member);
    if (value == nullptr || value->is_null()) continue;
    if (value->is_string() && asserts_nothing(value->get_ref<const std::string&>())) continue;
    reading.not_kept(std::string(member) + " of packages");
  }
  return {};
}

}  // namespace

namespace {

// Who does not say what it is, and has no purl of a package, may have written it of an image.
DocumentSubject::Kind kind_of_subject(std::string_view purpose, const pkg::Package& read) {
  if (purpose == "SOURCE") return DocumentSubject::Kind::source;
  const bool is_image = purpose.empty() ? !names_package(read) : purpose == "CONTAINER";
  return is_image || pkg::type_of(read) == "oci" || pkg::type_of(read) == "docker" ? DocumentSubject::Kind::image
                                                                                   : DocumentSubject::Kind::other;
}

}  // namespace

bool asserts_nothing(std::string_view text) { return text.empty() || text == "NOASSERTION" || text == "NONE"; }

Result<std::vector<pkg::Checksum>> read_spdx_checksums(const json::Value& element) {
  return stated_checksums(element, "checksums", "algorithm", "checksumValue");
}

Result<pkg::Package> read_spdx_package(const json::Value& package, const std::string& id, StatedElement& stated,
                                       PackageDetails& details, Reading& reading) {
  pkg::Package out;
  SUPPLY_TRY(out.name, json::require_string(package, "name"));
  stated.name = out.name;
  SUPPLY_TRY(out.version, json::string_or_empty(package, "versionInfo"));
  stated.version = asserts_nothing(out.version) ? std::string() : out.version;
  SUPPLY_TRY(const std::string declared, json::string_or_empty(package, "licenseDeclared"));
  SUPPLY_TRY(const std::string concluded, json::string_or_empty(package, "licenseConcluded"));
  set_license(out, declared, &pkg::Package::declared_license);
  set_license(out, concluded, &pkg::Package::concluded_license);
  if (!asserts_nothing(declared)) stated.declared_license = declared;
  if (!asserts_nothing(concluded)) stated.concluded_license = concluded;
  stated.license = !asserts_nothing(declared) ? declared : asserts_nothing(concluded) ? std::string() : concluded;
  SUPPLY_TRY(const std::string supplier, json::string_or_empty(package, "supplier"));
  if (!asserts_nothing(supplier)) stated.supplier = supplier;
  if (!asserts_nothing(supplier) && supplier != kUnknownSupplier) out.supplier = supplier;
  SUPPLY_TRY(const std::string originator, json::string_or_empty(package, "originator"));
  if (!asserts_nothing(originator)) {
    stated.producer = originator;
    const bool is_maker = originator.starts_with("Person: ") || originator.starts_with("Organization: ");
    if (!is_maker) reading.not_kept("originators of packages");
    else if (originator != supplier) details.producer = originator;
  }
  SUPPLY_TRY(out.copyright, json::string_or_empty(package, "copyrightText"));
  if (asserts_nothing(out.copyright)) out.copyright.clear();
  SUPPLY_TRY(out.homepage, json::string_or_empty(package, "homepage"));
  if (asserts_nothing(out.homepage)) out.homepage.clear();
  SUPPLY_TRY(stated.file_name, json::string_or_empty(package, "packageFileName"));
  details.file_name = stated.file_name;
  SUPPLY_TRY(std::string summary, json::string_or_empty(package, "summary"));
  SUPPLY_TRY(details.description, json::string_or_empty(package, "description"));
  if (asserts_nothing(details.description)) details.description = std::exchange(summary, {});
  if (asserts_nothing(details.description)) details.description.clear();
  if (!asserts_nothing(summary) && summary != details.description) reading.not_kept("summary of packages");
  SUPPLY_TRY(const std::string purpose, json::string_or_empty(package, "primaryPackagePurpose"));
  details.purpose = package_purpose(purpose_of_spdx(purpose));
  SUPPLY_TRY(const std::string download, json::string_or_empty(package, "downloadLocation"));
  if (!asserts_nothing(download)) stated.deployable_address = details.download_location = download;
  SUPPLY_TRY(stated.source_address, json::string_or_empty(package, kSourceAddress));
  stated.states_kind = json::find(package, kStatesKind) != nullptr;
  SUPPLY_TRY(out.checksums, read_spdx_checksums(package));
  for (const pkg::Checksum& checksum : out.checksums) stated.hash_algorithms.push_back(checksum.algorithm);
  SUPPLY_TRY(const std::vector<std::string> of_artifact, json::string_list(package, kArtifactHashes));
  for (const std::string& algorithm : of_artifact) stated.hash_algorithms.push_back(checksum_name(algorithm));
  SUPPLY_TRY(read_references(package, out, stated, details, reading));
  if (out.purl.empty() && out.shown_type.empty()) out.shown_type = type_of_id(id, out.name);
  // What the writer puts where no version is known.
  if (out.version == kUnknownVersion && out.purl.parts().version.empty()) out.version.clear();
  if (const auto arch = out.purl.parts().qualifiers.find("arch"); arch != out.purl.parts().qualifiers.end())
    out.architecture = arch->second;
  SUPPLY_TRY(const std::string comment, json::string_or_empty(package, "comment"));
  SUPPLY_TRY(const std::string source_info, json::string_or_empty(package, "sourceInfo"));
  read_place(comment, source_info, out, reading);
  SUPPLY_TRY(count_others(package, reading));
  return out;
}

Result<DocumentSubject> read_spdx_subject(const json::Value& package, const pkg::Package& read) {
  DocumentSubject subject;
  subject.name = read.name;
  constexpr std::string_view kOrganization = "Organization: ";
  if (read.supplier.starts_with(kOrganization)) subject.supplier = read.supplier.substr(kOrganization.size());
  SUPPLY_TRY(const std::string comment, json::string_or_empty(package, "comment"));
  set_platform(subject, said_after(comment, "platform: "));
  set_image_purl(subject, read.purl);
  SUPPLY_TRY(const std::string purpose, json::string_or_empty(package, "primaryPackagePurpose"));
  subject.kind = kind_of_subject(purpose, read);
  if (subject.kind == DocumentSubject::Kind::other) subject.purpose = purpose_of_spdx(purpose);
  if (!subject.manifest && subject.kind == DocumentSubject::Kind::image) {
    for (const pkg::Checksum& checksum : read.checksums) {
      if (checksum.algorithm != "sha256" && checksum.algorithm != "sha512") continue;
      SUPPLY_TRY(subject.manifest, Digest::parse(checksum.algorithm + ":" + checksum.hex));
      break;
    }
  }
  if (subject.tag.empty() && !read.version.empty() && read.version != kUnknownVersion && !Digest::parse(read.version))
    subject.tag = read.version;
  if (subject.manifest && subject.name == subject.manifest->to_string()) subject.name.clear();
  return subject;
}

}  // namespace supply::sbom
