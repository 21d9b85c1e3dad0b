// Reads CycloneDX JSON, as Supply, syft, trivy and others write it.
#pragma once

#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom {

bool is_cyclonedx(const RawDocument& document);
/// Errors: malformed, unsupported (another version).
Result<ParsedSbom> read_cyclonedx(const RawDocument& document);

}  // namespace supply::sbom
