// Reads SPDX 2.2 and 2.3 JSON, as Supply, syft, trivy and others write it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/content/sbom/parsed_sbom.hpp"

namespace supply::sbom {

bool is_spdx(const nlohmann::json& value);
/// Errors: malformed, unsupported (another version).
Result<ParsedSbom> read_spdx(const nlohmann::json& value);

}  // namespace supply::sbom
