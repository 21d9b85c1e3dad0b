// Reads SPDX 2.2 and 2.3, as Supply, syft, trivy, BuildKit and others write it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom {

bool is_spdx(const RawDocument& document);
/// translated: from SPDX 3, whose version it then has.
enum class SpdxForm { own, translated };
/// Of its JSON form. Errors: malformed, unsupported (another version).
Result<ParsedSbom> read_spdx(const RawDocument& document);
Result<ParsedSbom> read_spdx_value(const nlohmann::json& root, SpdxForm form = SpdxForm::own);

}  // namespace supply::sbom
