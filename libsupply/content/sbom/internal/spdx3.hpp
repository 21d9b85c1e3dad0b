// SPDX 3.0.1 in JSON-LD, to and from the JSON form of SPDX 2.3, which says the same of packages, files, licences and
// relationships. Source: https://spdx.github.io/spdx-spec/v3.0.1/ and its JSON schema.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "libsupply/base/result/result.hpp"

namespace supply::sbom {

bool is_spdx3(const nlohmann::json& value);
/// An SPDX 2.3 document as SPDX 3.0.1: the text, one element a line.
std::string spdx3_of_spdx(const nlohmann::json& root);
/// An SPDX 3.0 document in the form of SPDX 2.3; `bytes` is how long its text was. Errors: malformed, unsupported
/// (another version), limit_exceeded (its elements say some text too often).
Result<nlohmann::json> spdx_of_spdx3(const nlohmann::json& root, std::size_t bytes);

}  // namespace supply::sbom
