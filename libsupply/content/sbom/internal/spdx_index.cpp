#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/content/sbom/internal/document_ids.hpp"
#include "libsupply/content/sbom/internal/index_documents.hpp"
#include "libsupply/content/sbom/internal/spdx_parts.hpp"

namespace supply::sbom {
namespace {

using json::JsonWriter;

constexpr std::string_view kIndexId = "SPDXRef-DocumentRoot-Index";

struct Part {
  const DocumentSubject* subject;
  std::string id, ref, name_space, sha1;
};

// Of an SPDX document as Supply writes it, in any form. In JSON a quotation mark within a text is escaped: none of
// these words can be in one.
Result<std::string> namespace_of(std::string_view text) {
  // SPDX 3: the spdxId of the document, which is before its type.
  if (const std::size_t end = text.find("#DOCUMENT\",\"type\":\"SpdxDocument\""); end != std::string_view::npos) {
    const std::size_t begin = text.rfind('"', end);
    if (begin != std::string_view::npos) return std::string(text.substr(begin + 1, end - begin - 1));
  }
  for (const auto& [begin, end] :
       {std::pair<std::string_view, char>("\"documentNamespace\":\"", '"'), {"\nDocumentNamespace: ", '\n'}}) {
    const std::size_t at = text.find(begin);
    if (at == std::string_view::npos) continue;
    text.remove_prefix(at + begin.size());
    return std::string(text.substr(0, text.find(end)));
  }
  return Error(ErrorCode::internal, "a document of a platform without namespace");
}

Result<std::vector<Part>> parts_of(const IndexContent& index) {
  std::vector<Part> out;
  for (const PlatformDocument& document : index.documents) {
    // Two entries may be for one platform.
    std::string name = id_part(document.subject.platform.to_string());
    if (document.subject.manifest) name += "-" + std::string(document.subject.manifest->encoded().substr(0, 12));
    SUPPLY_TRY(std::string name_space, namespace_of(document.text));
    out.push_back({&document.subject, "SPDXRef-Image-" + name, "DocumentRef-" + name, std::move(name_space),
                   to_hex(crypto::hash(crypto::HashAlgorithm::sha1, document.text))});
  }
  return out;
}

Status write_document(const IndexContent& index, const std::vector<Part>& parts, JsonWriter& json) {
  const Makers makers{index.authors, {}};
  open_spdx_document(json, {index.subject, index.created, makers, index.tool});
  json.key("externalDocumentRefs");
  json.open('[');
  for (const Part& part : parts) {
    json.open('{');
    json.member("externalDocumentId", part.ref);
    json.member("spdxDocument", part.name_space);
    json.key("checksum");
    write_spdx_checksum(json, "sha1", part.sha1);
    json.close('}');
    json.line();
  }
  json.close(']');
  json.key("packages");
  json.open('[');
  write_spdx_subject(json, index.subject, kIndexId, "CONTAINER");
  for (const Part& part : parts) write_spdx_subject(json, *part.subject, part.id, "CONTAINER");
  json.close(']');
  json.key("relationships");
  json.open('[');
  write_spdx_relationship(json, kSpdxDocumentId, "DESCRIBES", kIndexId);
  for (const Part& part : parts) {
    write_spdx_relationship(json, kIndexId, "CONTAINS", part.id);
    write_spdx_relationship(json, part.id, "DESCRIBED_BY", part.ref + ":" + std::string(kSpdxDocumentId));
  }
  json.close(']');
  json.close('}');
  json.line();
  return {};
}

}  // namespace

Status write_spdx_index(const IndexContent& index, std::string& text) {
  SUPPLY_TRY(const std::vector<Part> parts, parts_of(index));
  return write_with_namespace(index.subject, text,
                              [&](JsonWriter& json) { return write_document(index, parts, json); });
}

Result<json::Value> spdx_value(const IndexContent& index) {
  SUPPLY_TRY(const std::vector<Part> parts, parts_of(index));
  return value_with_namespace(index.subject, [&](JsonWriter& json) { return write_document(index, parts, json); });
}

}  // namespace supply::sbom
