#include "libsupply/content/sbom/internal/spdx_parts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/content/sbom/internal/document_ids.hpp"
#include "libsupply/content/sbom/internal/reading.hpp"
#include "libsupply/content/sbom/internal/reference_names.hpp"

namespace supply::sbom {

using json::JsonWriter;

namespace {

constexpr std::string_view kNamespace = "documentNamespace";

// https://[CreatorWebsite]/[pathToSpdx]/[DocumentName]-[UUID], of the text that has none yet.
std::string namespace_of(const DocumentSubject& subject, std::string_view text) {
  const std::string base = "https://spdx.org/spdxdocs/" + id_part(subject.shown_name()) + "-";
  return base + uuid_of(base + to_hex(crypto::hash(crypto::HashAlgorithm::sha256, text)));
}

}  // namespace

void open_spdx_document(JsonWriter& json, const SpdxHeader& header) {
  json.open('{');
  json.member("spdxVersion", "SPDX-2.3");
  json.member("dataLicense", "CC0-1.0");
  json.member("SPDXID", kSpdxDocumentId);
  json.member("name", header.subject.shown_name());
  json.member(kNamespace, "");
  json.key("creationInfo");
  json.open('{');
  json.member("created", to_rfc3339(header.created));
  json.key("creators");
  json.open('[');
  for (const std::string& author : header.makers.authors) json.string(author);
  for (const std::string& tool : header.makers.tools)
    if (tool != header.tool) json.string("Tool: " + tool);
  json.string("Tool: " + header.tool);
  json.close(']');
  if (!header.generation_context.empty())
    json.member("comment", "generation context: " + std::string(header.generation_context));
  json.close('}');
  json.line();
}

Status write_with_namespace(const DocumentSubject& subject, std::string& text, const WriteSpdx& write) {
  {
    JsonWriter json(text);
    SUPPLY_TRY(write(json));
  }
  // It is in the front, and what looks like it in a string has its quotes escaped.
  const std::string empty = "\"" + std::string(kNamespace) + "\":\"";
  text.insert(text.find(empty) + empty.size(), namespace_of(subject, text));
  return {};
}

Result<json::Value> value_with_namespace(const DocumentSubject& subject, const WriteSpdx& write) {
  std::string text;
  json::Value value;
  JsonWriter to_text(text), to_value(value);
  SUPPLY_TRY(write(to_text));
  SUPPLY_TRY(write(to_value));
  value[std::string(kNamespace)] = namespace_of(subject, text);
  return value;
}

void write_spdx_checksum(JsonWriter& json, std::string_view algorithm, std::string_view hex) {
  const std::string name = spdx_checksum(algorithm);
  if (name.empty()) return;  // a reader of the document refuses it
  json.open('{');
  json.member("algorithm", name);
  json.member("checksumValue", hex);
  json.close('}');
}

namespace {

// The kind has no white space. Source: SPDX 2.3, 7.21.
bool is_reference(const ExternalReference& reference) {
  return is_locator(reference.type) && is_locator(reference.url);
}

}  // namespace

void write_spdx_references(JsonWriter& json, const pkg::Purl& purl, const std::vector<std::string>& cpes,
                           const std::vector<ExternalReference>& others) {
  const bool none = std::none_of(others.begin(), others.end(), is_reference);
  if (purl.empty() && cpes.empty() && none) return;
  const auto write = [&](std::string_view category, std::string_view locator, std::string_view type) {
    json.open('{');
    json.member("referenceCategory", category);
    json.member("referenceLocator", locator);
    json.member("referenceType", type);
    json.close('}');
  };
  json.key("externalRefs");
  json.open('[');
  for (const std::string& cpe : cpes) write("SECURITY", cpe, "cpe23Type");
  if (!purl.empty()) write("PACKAGE-MANAGER", purl.to_encoded_string(), "purl");
  for (const ExternalReference& each : others)
    if (is_reference(each)) write(spdx_category(each.type), each.url, each.type);
  json.close(']');
}

void write_spdx_analysis(JsonWriter& json, const std::string& verification) {
  json.key("filesAnalyzed");
  json.boolean(!verification.empty());
  if (verification.empty()) return;
  json.key("packageVerificationCode");
  json.open('{');
  json.member("packageVerificationCodeValue", verification);
  json.close('}');
}

void write_spdx_subject(JsonWriter& json, const DocumentSubject& subject, std::string_view id, std::string_view purpose,
                        const std::string& verification) {
  json.open('{');
  json.member("SPDXID", id);
  if (subject.manifest) {
    json.key("checksums");
    json.open('[');
    write_spdx_checksum(json, subject.manifest->algorithm(), subject.manifest->encoded());
    json.close(']');
  }
  std::string platforms = subject.platform.os.empty() ? "" : subject.platform.to_string();
  for (const oci::Platform& other : subject.also_for) platforms += ", " + other.to_string();
  if (!platforms.empty()) json.member("comment", "platform: " + platforms);
  json.member("copyrightText", kSpdxNoAssertion);
  json.member("downloadLocation", kSpdxNoAssertion);
  const pkg::Purl purl = subject_purl(subject);
  if (!purl.empty()) write_spdx_references(json, purl);
  write_spdx_analysis(json, verification);
  json.member("licenseConcluded", kSpdxNoAssertion);
  json.member("licenseDeclared", kSpdxNoAssertion);
  json.member("name", subject.shown_name());
  json.member("primaryPackagePurpose", purpose);
  json.member("supplier",
              subject.supplier.empty() ? std::string(kUnknownSupplier) : "Organization: " + subject.supplier);
  if (!subject.tag.empty()) {
    json.member("versionInfo", subject.tag);
  } else if (subject.manifest) {
    json.member("versionInfo", subject.manifest->to_string());
  } else {
    json.member("versionInfo", kUnknownVersion);
  }
  json.close('}');
  json.line();
}

void write_spdx_relationship(JsonWriter& json, std::string_view from, std::string_view type, std::string_view to,
                             std::string_view comment) {
  json.open('{');
  if (!comment.empty()) json.member("comment", comment);
  json.member("spdxElementId", from);
  json.member("relationshipType", type);
  json.member("relatedSpdxElement", to);
  json.close('}');
  json.line();
}

}  // namespace supply::sbom
