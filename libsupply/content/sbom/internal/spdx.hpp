// SPDX 2.3 documents. Source: https://spdx.github.io/spdx-spec/v2.3/ and its JSON schema.
#pragma once

#include "libsupply/base/json/json.hpp"
#include "libsupply/content/sbom/document.hpp"

namespace supply::sbom {

/// Makes the text of a document, which is empty before. Its namespace is made of its content: same content, same
/// namespace. Errors: internal (files asked for of a tree without digests).
Status write_spdx(const DocumentContent& document, std::string& text);
/// The same document as a value, for forms that are made of it. Errors: those of write_spdx.
Result<json::Value> spdx_value(const DocumentContent& document);

}  // namespace supply::sbom
