// Writes CycloneDX as JSON. Source: https://cyclonedx.org/docs/1.6/json/ and 1.7.
#pragma once

#include <string_view>

#include "libsupply/content/sbom/document.hpp"

namespace supply::sbom {

/// Of the specification's version "1.6" or "1.7"; the same document but for that. Same content, same bytes.
Status write_cyclonedx(const DocumentContent& document, std::string_view version, const Out& out);

}  // namespace supply::sbom
