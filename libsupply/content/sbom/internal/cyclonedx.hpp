// Writes CycloneDX as JSON. Source: https://cyclonedx.org/docs/1.6/json/ and 1.7.
#pragma once

#include <functional>
#include <string_view>

#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/content/sbom/document.hpp"

namespace supply::sbom {

/// Of the specification's version "1.6" or "1.7"; the same document but for that, and for the place of the texts of
/// licences in expressions. `text` is empty before. Same content, same bytes.
Status write_cyclonedx(const DocumentContent& document, std::string_view version, std::string& text);

/// Opens the document's object and writes what comes before its metadata, with an empty serial number.
void open_cyclonedx_document(json::JsonWriter& json, std::string_view version);
/// Makes the text of a document, which is empty before, with the serial number that its content makes: the same content
/// has the same number.
void write_with_serial(std::string& text, const std::function<void(json::JsonWriter& json)>& write);
void write_cyclonedx_dependency(json::JsonWriter& json, std::string_view ref, const std::vector<std::string>& on);

/// An image or index that is itself what a document is about; leaves the object open.
void open_cyclonedx_subject(json::JsonWriter& json, const DocumentSubject& subject, std::string_view type,
                            std::string_view ref);
void write_cyclonedx_subject_properties(json::JsonWriter& json, const DocumentSubject& subject);
/// The tools and authors of a document's metadata.
void write_cyclonedx_makers(json::JsonWriter& json, const Makers& makers, const std::string& tool);

}  // namespace supply::sbom
