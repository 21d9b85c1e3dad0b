// The checksums that an element of a document states.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "libsupply/content/pkg/package.hpp"

namespace supply::sbom {

/// Those of its list `list`, by the members of an entry that say the algorithm and the value. Errors: malformed.
Result<std::vector<pkg::Checksum>> stated_checksums(const nlohmann::json& element, const char* list,
                                                    const char* algorithm, const char* value);

}  // namespace supply::sbom
