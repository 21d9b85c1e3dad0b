// Documents of image indexes, one function for each form.
#pragma once

#include "libsupply/base/json/json.hpp"
#include "libsupply/content/sbom/index_document.hpp"

namespace supply::sbom {

/// SPDX 2.3: the index contains the images of its platforms, each described by another document (externalDocumentRefs).
/// Errors: internal (a document without namespace). Source: SPDX 2.3, 6.6.
Status write_spdx_index(const IndexContent& index, std::string& text);
/// The same as a value, for forms that are made of it. Errors: the same.
Result<json::Value> spdx_value(const IndexContent& index);
/// CycloneDX: each image refers to its document by a BOM-Link and the digest of its text.
/// Errors: internal (a document without serial number). Source: CycloneDX 1.6, "externalReferences"; BOM-Link.
Status write_cyclonedx_index(const IndexContent& index, std::string_view version, std::string& text);

}  // namespace supply::sbom
