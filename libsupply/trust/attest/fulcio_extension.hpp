// The extensions of Fulcio's certificates by their names. Source: sigstore/fulcio, docs/oid-info.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::attest {

/// The last number of 1.3.6.1.4.1.57264.1.N, and what that extension is.
struct FulcioExtension {
  std::string_view number;  ///< "12"
  std::string_view name;    ///< "source-repository-uri"
};

/// In the order of their numbers.
const std::vector<FulcioExtension>& fulcio_extensions();
/// "source-repository-uri" of "12"; "extension" of a number that is not known.
std::string_view extension_name(std::string_view number);
/// The number of a name in any spelling ("sourceRepositoryURI", "Source Repository URI"), of a number, or of a whole
/// object identifier. Errors: usage, listing the names.
Result<std::string> extension_number(std::string_view text);

}  // namespace supply::attest
