// SBOMs that lie in an image: SPDX 2 and 3 and CycloneDX, as JSON. Of one is read which packages it lists, and what it
// says that they were made from. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/content/pkg/inventory.hpp"

namespace supply::catalog {

struct EmbeddedList {
  std::string format;                                               ///< "SPDX-2.3", "CycloneDX-1.6"
  std::vector<std::string> purls;                                   ///< as written, sorted, each once
  std::vector<std::pair<std::string, std::string>> generated_from;  ///< of them, sorted
};

/// Errors: malformed, unsupported (none of the formats), limit_exceeded.
Result<EmbeddedList> parse_embedded_sbom(std::string_view text, std::size_t limit = kMaxEmbeddedSbomPurls);

/// What is kept of a document with a layer's facts, whole or longer than is read (`complete` is false): its format, or
/// why it cannot be read, its digests and its list.
std::string embedded_record(std::string_view bytes, bool complete);
/// Of such a record; `path` and `layer` are not set, `describes` is empty, and `generated_from` is as written.
pkg::EmbeddedSbom embedded_from_record(std::string_view record);

}  // namespace supply::catalog
