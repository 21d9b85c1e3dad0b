#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/content/sbom/internal/cyclonedx.hpp"
#include "libsupply/content/sbom/internal/document_ids.hpp"
#include "libsupply/content/sbom/internal/index_documents.hpp"

namespace supply::sbom {
namespace {

using json::JsonWriter;

constexpr std::string_view kIndexRef = "index";

struct Part {
  const DocumentSubject* subject;
  std::string ref, link, sha256;
};

// "urn:cdx:SERIAL/1" of the serial number "urn:uuid:SERIAL", which is in the front of a document that Supply wrote.
Result<std::string> link_of(std::string_view text) {
  constexpr std::string_view kSerial = "\"serialNumber\":\"urn:uuid:";
  const std::size_t at = text.find(kSerial);
  if (at == std::string_view::npos) return Error(ErrorCode::internal, "a document of a platform without serial number");
  text.remove_prefix(at + kSerial.size());
  return "urn:cdx:" + std::string(text.substr(0, text.find('"'))) + "/1";
}

void write_document(const IndexContent& index, const std::vector<Part>& parts, std::string_view version,
                    JsonWriter& json) {
  open_cyclonedx_document(json, version);
  json.key("metadata");
  json.open('{');
  json.member("timestamp", to_rfc3339(index.created));
  write_cyclonedx_makers(json, {index.authors, {}}, index.tool);
  json.key("component");
  open_cyclonedx_subject(json, index.subject, "container", kIndexRef);
  json.close('}');
  json.close('}');
  json.line();
  json.key("components");
  json.open('[');
  for (const Part& part : parts) {
    open_cyclonedx_subject(json, *part.subject, "container", part.ref);
    json.key("externalReferences");
    json.open('[');
    json.open('{');
    json.member("type", "bom");
    json.member("url", part.link);
    json.key("hashes");
    json.open('[');
    json.open('{');
    json.member("alg", "SHA-256");
    json.member("content", part.sha256);
    json.close('}');
    json.close(']');
    json.close('}');
    json.close(']');
    json.key("properties");
    json.open('[');
    write_cyclonedx_subject_properties(json, *part.subject);
    json.close(']');
    json.close('}');
    json.line();
  }
  json.close(']');
  json.key("dependencies");
  json.open('[');
  std::vector<std::string> refs;
  for (const Part& part : parts) refs.push_back(part.ref);
  write_cyclonedx_dependency(json, kIndexRef, refs);
  json.close(']');
  json.close('}');
  json.line();
}

}  // namespace

Status write_cyclonedx_index(const IndexContent& index, std::string_view version, std::string& text) {
  std::vector<Part> parts;
  for (const PlatformDocument& document : index.documents) {
    SUPPLY_TRY(std::string link, link_of(document.text));
    parts.push_back({&document.subject, "image-" + std::to_string(parts.size() + 1), std::move(link),
                     to_hex(crypto::hash(crypto::HashAlgorithm::sha256, document.text))});
  }
  write_with_serial(text, [&](JsonWriter& json) { write_document(index, parts, version, json); });
  return {};
}

}  // namespace supply::sbom
