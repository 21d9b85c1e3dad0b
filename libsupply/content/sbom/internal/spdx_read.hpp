// Reads SPDX 2.2 and 2.3, as Supply, syft, trivy, BuildKit and others write it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom {

bool is_spdx(const RawDocument& document);
/// translated: from SPDX 3, whose version it then has, and what of it has no place in SPDX 2.3 as a list of texts.
enum class SpdxForm { own, translated };
inline constexpr const char* kNotKept = "supply:notKept";
/// Members that a translation has besides: of the document, and of packages what their distribution artifacts state.
inline constexpr const char *kStatesCompleteness = "supply:statesCompleteness", *kStatesKind = "supply:statesKind",
                            *kSourceAddress = "supply:sourceAddress", *kArtifactHashes = "supply:artifactHashes";
/// Of its JSON form. Errors: malformed, unsupported (another version).
Result<ParsedSbom> read_spdx(const RawDocument& document);
Result<ParsedSbom> read_spdx_value(const nlohmann::json& root, std::size_t bytes, SpdxForm form = SpdxForm::own);

}  // namespace supply::sbom
