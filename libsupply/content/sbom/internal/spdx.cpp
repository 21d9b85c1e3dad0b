#include "libsupply/content/sbom/internal/spdx.hpp"

#include <algorithm>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/spdx_files.hpp"
#include "libsupply/content/sbom/internal/spdx_licenses.hpp"

namespace supply::sbom {
namespace {

constexpr std::string_view kNoAssertion = "NOASSERTION";
constexpr std::string_view kDocumentId = "SPDXRef-DOCUMENT";
constexpr std::string_view kRootId = "SPDXRef-DocumentRoot-Image";

std::string or_no_assertion(const std::string& text) { return text.empty() ? std::string(kNoAssertion) : text; }

// Letters, digits, '.' and '-' only. Source: SPDX 2.3, 7.2.
std::string id_part(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 64)) {
    const bool plain = is_alnum(c) || c == '.';
    out += plain ? c : '-';
  }
  return out;
}

std::string package_id(const pkg::Package& package, const std::string& purl) {
  const std::string hash = crypto::hash(crypto::HashAlgorithm::sha256, purl + '\0' + package.location);
  return "SPDXRef-Package-" + id_part(package.purl.parts().type) + "-" + id_part(package.name) + "-" +
         to_hex(hash.substr(0, 8));
}

bool is_url(std::string_view text) {
  if (!text.starts_with("http://") && !text.starts_with("https://")) return false;
  return text.size() > 10 && std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c <= '~' && std::string_view("<>\"{}|\\^`[]").find(c) == std::string_view::npos;
         });
}

bool is_of_distribution(const pkg::Package& package) {
  const std::string& type = package.purl.parts().type;
  return type == "deb" || type == "apk" || type == "rpm";
}

// All that is worked out once, before the document is written twice: to be hashed, and to be handed out.
struct Plan {
  explicit Plan(const DocumentContent& of) : document(of), owners(of.catalog, of.files), licenses(of.catalog) {}

  const DocumentContent& document;
  Owners owners;
  LicenseRefs licenses;
  std::vector<std::string> ids;                                                   // of the catalog's packages
  std::map<std::string, std::size_t> by_purl;                                     // the first of each
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> by_place;  // purl and location: the first
  std::vector<std::string> purls;
  std::map<std::size_t, std::string> verification;  // of packages with files
  std::string root_verification;                    // of the files that no package owns
  std::string os_id;                                // empty: no distribution is known

  Status prepare() {
    const auto& packages = document.catalog.packages;
    for (std::size_t i = 0; i < packages.size(); ++i) {
      purls.push_back(packages[i].purl.to_string());
      ids.push_back(package_id(packages[i], purls.back()));
      by_purl.emplace(purls.back(), i);
    }
    for (std::size_t i = 0; i < packages.size(); ++i)
      by_place.emplace(std::pair<std::string_view, std::string_view>(purls[i], packages[i].location), i);
    if (!document.catalog.distribution.id.empty()) {
      os_id = "SPDXRef-OperatingSystem-" + id_part(document.catalog.distribution.id);
    }
    std::map<std::size_t, VerificationCode> codes;
    VerificationCode rest;
    SUPPLY_TRY(for_each_file(document, owners, [&](const rootfs::File& file) {
      const auto& owned_by = owners.of(file.path);
      for (const std::uint32_t owner : owned_by) codes[owner].add(*file.digests);
      if (owned_by.empty()) rest.add(*file.digests);
    }));
    for (auto& [package, code] : codes) verification.emplace(package, code.finish());
    if (!rest.empty()) root_verification = rest.finish();
    return {};
  }
};

void write_checksum(JsonWriter& json, std::string_view algorithm, std::string_view hex) {
  std::string upper(algorithm);
  std::transform(upper.begin(), upper.end(), upper.begin(), to_upper);
  json.open('{');
  json.member("algorithm", upper);
  json.member("checksumValue", hex);
  json.close('}');
}

void write_purl(JsonWriter& json, const pkg::Purl& purl) {
  json.key("externalRefs");
  json.open('[');
  json.open('{');
  json.member("referenceCategory", "PACKAGE-MANAGER");
  json.member("referenceLocator", purl.to_encoded_string());
  json.member("referenceType", "purl");
  json.close('}');
  json.close(']');
}

// filesAnalyzed, and the code that it asks for.
void write_analysis(JsonWriter& json, const std::string& verification) {
  json.key("filesAnalyzed");
  json.boolean(!verification.empty());
  if (verification.empty()) return;
  json.key("packageVerificationCode");
  json.open('{');
  json.member("packageVerificationCodeValue", verification);
  json.close('}');
}

// Source: purl-spec, types/oci-definition.json.
pkg::Purl root_purl(const DocumentSubject& subject) {
  if (!subject.manifest) return {};
  pkg::PurlParts parts{"oci", "", std::string(base_name(subject.name)), subject.manifest->to_string(), {}, ""};
  parts.qualifiers["arch"] = subject.platform.architecture;
  parts.qualifiers["repository_url"] = subject.repository_url;
  parts.qualifiers["tag"] = subject.tag;
  auto purl = pkg::Purl::create(std::move(parts));
  return purl ? *std::move(purl) : pkg::Purl();
}

void write_root(JsonWriter& json, const Plan& plan) {
  const DocumentSubject& subject = plan.document.subject;
  json.open('{');
  json.member("SPDXID", kRootId);
  if (subject.manifest) {
    json.key("checksums");
    json.open('[');
    write_checksum(json, subject.manifest->algorithm(), subject.manifest->encoded());
    json.close(']');
  }
  json.member("comment", "platform: " + subject.platform.to_string());
  json.member("copyrightText", kNoAssertion);
  json.member("downloadLocation", kNoAssertion);
  const pkg::Purl purl = root_purl(subject);
  if (!purl.empty()) write_purl(json, purl);
  write_analysis(json, plan.root_verification);
  json.member("licenseConcluded", kNoAssertion);
  json.member("licenseDeclared", kNoAssertion);
  json.member("name", subject.name);
  json.member("primaryPackagePurpose", "CONTAINER");
  json.member("supplier", kNoAssertion);
  if (!subject.tag.empty()) {
    json.member("versionInfo", subject.tag);
  } else if (subject.manifest) {
    json.member("versionInfo", subject.manifest->to_string());
  }
  json.close('}');
  json.line();
}

void write_operating_system(JsonWriter& json, const Plan& plan) {
  const catalog::Distribution& distribution = plan.document.catalog.distribution;
  json.open('{');
  json.member("SPDXID", plan.os_id);
  json.member("copyrightText", kNoAssertion);
  if (!distribution.pretty_name.empty()) json.member("description", distribution.pretty_name);
  json.member("downloadLocation", kNoAssertion);
  write_analysis(json, "");
  json.member("licenseConcluded", kNoAssertion);
  json.member("licenseDeclared", kNoAssertion);
  json.member("name", distribution.id);
  json.member("primaryPackagePurpose", "OPERATING_SYSTEM");
  json.member("supplier", kNoAssertion);
  if (!distribution.version_id.empty()) json.member("versionInfo", distribution.version_id);
  json.close('}');
  json.line();
}

void write_package(JsonWriter& json, const Plan& plan, std::size_t index) {
  const pkg::Package& package = plan.document.catalog.packages[index];
  json.open('{');
  json.member("SPDXID", plan.ids[index]);
  if (!package.checksums.empty()) {
    json.key("checksums");
    json.open('[');
    for (const pkg::Checksum& checksum : package.checksums) write_checksum(json, checksum.algorithm, checksum.hex);
    json.close(']');
  }
  json.member("comment",
              "found in: " + package.location + (package.layer ? "; layer: " + package.layer->to_string() : ""));
  json.member("copyrightText", or_no_assertion(package.copyright));
  json.member("downloadLocation", kNoAssertion);
  write_purl(json, package.purl);
  const auto code = plan.verification.find(index);
  write_analysis(json, code == plan.verification.end() ? std::string() : code->second);
  if (is_url(package.homepage)) json.member("homepage", package.homepage);
  json.member("licenseConcluded", kNoAssertion);
  json.member("licenseDeclared", or_no_assertion(plan.licenses.declared(package)));
  json.member("name", package.name);
  // trivy reads the source package from exactly this form.
  if (is_of_distribution(package)) {
    json.member("sourceInfo",
                "built package from: " + (package.source_name.empty() ? package.name : package.source_name) + " " +
                    (package.source_version.empty() ? package.version : package.source_version));
  } else {
    json.member("sourceInfo", "package found in: " + package.location);
  }
  json.member("supplier", or_no_assertion(package.supplier));
  if (!package.version.empty()) json.member("versionInfo", package.version);
  json.close('}');
  json.line();
}

void write_relationship(JsonWriter& json, std::string_view from, std::string_view type, std::string_view to) {
  json.open('{');
  json.member("spdxElementId", from);
  json.member("relationshipType", type);
  json.member("relatedSpdxElement", to);
  json.close('}');
  json.line();
}

// Of several packages with one purl, the one in the same place, as with the modules of a Go program.
std::optional<std::size_t> nearest(const Plan& plan, const std::string& purl, const pkg::Package& dependant) {
  const auto there = plan.by_place.find(std::pair<std::string_view, std::string_view>(purl, dependant.location));
  if (there != plan.by_place.end()) return there->second;
  const auto first = plan.by_purl.find(purl);
  if (first == plan.by_purl.end()) return std::nullopt;
  return first->second;
}

Status write_relationships(JsonWriter& json, const Plan& plan) {
  const auto& packages = plan.document.catalog.packages;
  write_relationship(json, kDocumentId, "DESCRIBES", kRootId);
  if (!plan.os_id.empty()) write_relationship(json, kRootId, "CONTAINS", plan.os_id);
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const bool of_os = is_of_distribution(packages[i]) && !plan.os_id.empty();
    write_relationship(json, of_os ? std::string_view(plan.os_id) : kRootId, "CONTAINS", plan.ids[i]);
  }
  for (std::size_t i = 0; i < packages.size(); ++i) {
    for (const std::string& purl : packages[i].depends) {
      if (const auto target = nearest(plan, purl, packages[i]))
        write_relationship(json, plan.ids[i], "DEPENDS_ON", plan.ids[*target]);
    }
  }
  return for_each_file(plan.document, plan.owners, [&](const rootfs::File& file) {
    const auto& owners = plan.owners.of(file.path);
    const std::string id = spdx_file_id(file.path);
    for (const std::uint32_t owner : owners) write_relationship(json, plan.ids[owner], "CONTAINS", id);
    if (owners.empty()) write_relationship(json, kRootId, "CONTAINS", id);
  });
}

void write_unknowns(JsonWriter& json, const Plan& plan) {
  json.key("annotations");
  json.open('[');
  for (const catalog::KnownUnknown& unknown : plan.document.catalog.unknowns) {
    json.open('{');
    json.member("annotationDate", to_rfc3339(plan.document.created));
    json.member("annotationType", "OTHER");
    json.member("annotator", "Tool: " + plan.document.tool);
    json.member("comment", "known unknown: " + unknown.cataloger + ": " + unknown.to_string());
    json.close('}');
    json.line();
  }
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

Status write_document(const Plan& plan, std::string_view name_space, const Out& out) {
  const DocumentContent& document = plan.document;
  JsonWriter json(out);
  json.open('{');
  json.member("spdxVersion", "SPDX-2.3");
  json.member("dataLicense", "CC0-1.0");
  json.member("SPDXID", kDocumentId);
  json.member("name", document.subject.name);
  json.member("documentNamespace", name_space);
  json.key("creationInfo");
  json.open('{');
  json.member("created", to_rfc3339(document.created));
  json.key("creators");
  json.open('[');
  json.string("Tool: " + document.tool);
  json.close(']');
  json.close('}');
  json.line();
  json.key("packages");
  json.open('[');
  write_root(json, plan);
  if (!plan.os_id.empty()) write_operating_system(json, plan);
  for (std::size_t i = 0; i < document.catalog.packages.size(); ++i) write_package(json, plan, i);
  json.close(']');
  if (document.files != Files::none) {
    json.key("files");
    json.open('[');
    SUPPLY_TRY(for_each_file(document, plan.owners, [&](const rootfs::File& file) { write_file(json, file); }));
    json.close(']');
  }
  json.key("relationships");
  json.open('[');
  SUPPLY_TRY(write_relationships(json, plan));
  json.close(']');
  if (!document.catalog.unknowns.empty()) write_unknowns(json, plan);
  if (!plan.licenses.texts().empty()) write_licenses(json, plan);
  json.close('}');
  json.line();
  return {};
}

// A name-based UUID in the name space of URLs. Source: RFC 9562, 5.5.
std::string uuid_of(std::string_view name) {
  constexpr std::string_view kUrls("\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8", 16);
  std::string raw = crypto::hash(crypto::HashAlgorithm::sha1, std::string(kUrls) + std::string(name)).substr(0, 16);
  raw[6] = static_cast<char>((static_cast<unsigned char>(raw[6]) & 0x0fu) | 0x50u);
  raw[8] = static_cast<char>((static_cast<unsigned char>(raw[8]) & 0x3fu) | 0x80u);
  std::string hex = to_hex(raw);
  for (const std::size_t dash : {std::size_t{20}, std::size_t{16}, std::size_t{12}, std::size_t{8}})
    hex.insert(dash, "-");
  return hex;
}

}  // namespace

Status write_spdx(const DocumentContent& document, const Out& out) {
  Plan plan(document);
  SUPPLY_TRY(plan.prepare());
  crypto::Hasher content(crypto::HashAlgorithm::sha256);
  SUPPLY_TRY(write_document(plan, "", [&](std::string_view part) { content.update(part); }));
  // Source: SPDX 2.3, 6.5: https://[CreatorWebsite]/[pathToSpdx]/[DocumentName]-[UUID]
  const std::string base = "https://spdx.org/spdxdocs/" + id_part(document.subject.name) + "-";
  return write_document(plan, base + uuid_of(base + to_hex(content.finish())), out);
}

}  // namespace supply::sbom
