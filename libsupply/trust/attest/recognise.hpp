// Which predicate a document is, told from its content.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/bytes/result.hpp"

namespace supply::attest {

/// The predicate type to attest `predicate` under: that of `name` (a short name or a URI) where one is given, else the
/// one that the document's own members tell (SPDX, CycloneDX, SLSA provenance, OpenVEX, cosign's vulnerability report).
/// Errors: usage, when neither does; malformed, when the document is no JSON object, or is surely another kind than
/// `name` says (an SPDX document under "cyclonedx").
Result<std::string> predicate_type_for(std::string_view name, std::string_view predicate);

}  // namespace supply::attest
