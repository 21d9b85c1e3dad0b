// One package of an SPDX 2 document in JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/content/sbom/internal/reading.hpp"

namespace supply::sbom {

/// What SPDX says where it says nothing.
bool asserts_nothing(std::string_view text);
/// The package as an Inventory has it, and the statement of it. Errors: malformed.
Result<pkg::Package> read_spdx_package(const nlohmann::json& package, const std::string& id, StatedElement& stated,
                                       PackageDetails& details, Reading& reading);
/// "checksums". Errors: malformed.
Result<std::vector<pkg::Checksum>> read_spdx_checksums(const nlohmann::json& element);
/// What the package that a document describes says of the image. Errors: malformed.
Result<DocumentSubject> read_spdx_subject(const nlohmann::json& package, const pkg::Package& read);

}  // namespace supply::sbom
