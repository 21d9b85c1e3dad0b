// The part of a bundle that a signature is verified with, read.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/trust/attest/sigstore_bundle.hpp"

namespace supply::attest::internal {

/// One of `tlogEntries`. Errors: as Bundle::parse.
Result<LogEntry> read_log_entry(const nlohmann::json& value);
/// Fills what `material`, an object, says into the bundle, whose version is known. Errors: as Bundle::parse.
Status read_material(const nlohmann::json& material, Bundle& bundle);

}  // namespace supply::attest::internal
