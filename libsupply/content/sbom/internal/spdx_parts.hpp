// What an SPDX 2.3 document of an image and one of an image index have in common. Source: SPDX 2.3, its JSON schema.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/content/sbom/document.hpp"

namespace supply::sbom {

inline constexpr std::string_view kSpdxDocumentId = "SPDXRef-DOCUMENT", kSpdxNoAssertion = "NOASSERTION";

struct SpdxHeader {
  const DocumentSubject& subject;
  Time created;
  const Makers& makers;
  const std::string& tool;
  std::string_view generation_context = {};  ///< empty: nothing is said of it
};

/// Opens the document's object and writes what comes before its packages, with an empty namespace.
void open_spdx_document(json::JsonWriter& json, const SpdxHeader& header);
using WriteSpdx = std::function<Status(json::JsonWriter& json)>;
/// Makes the text of a document, which is empty before, with the namespace that its content makes: the same content has
/// the same namespace. Errors: those of `write`. Source: SPDX 2.3, 6.5.
Status write_with_namespace(const DocumentSubject& subject, std::string& text, const WriteSpdx& write);
/// The same document as a value.
Result<json::Value> value_with_namespace(const DocumentSubject& subject, const WriteSpdx& write);

/// The package of an image or an index that is itself what a document is about.
void write_spdx_subject(json::JsonWriter& json, const DocumentSubject& subject, std::string_view id,
                        std::string_view purpose, const std::string& verification = {});
void write_spdx_checksum(json::JsonWriter& json, std::string_view algorithm, std::string_view hex);
void write_spdx_references(json::JsonWriter& json, const pkg::Purl& purl, const std::vector<std::string>& cpes = {},
                           const std::vector<ExternalReference>& others = {});
/// filesAnalyzed, and the code that it asks for.
void write_spdx_analysis(json::JsonWriter& json, const std::string& verification);
void write_spdx_relationship(json::JsonWriter& json, std::string_view from, std::string_view type, std::string_view to,
                             std::string_view comment = {});

}  // namespace supply::sbom
