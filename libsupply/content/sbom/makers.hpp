// Who made a document, as people type it and as documents have it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::sbom {

/// "Example Inc" and "Example Inc <sbom@example.org>" as documents name makers: "Person: Example Inc
/// (sbom@example.org)"; "Person: " and "Organization: " may be before it. Errors: usage.
/// Source: SPDX 2.3, 6.8.
Result<std::string> parse_author(std::string_view text);
Result<std::vector<std::string>> parse_authors(const std::vector<std::string>& texts);

}  // namespace supply::sbom
