// Layouts while they are read. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxKeptDocumentBytes = 8 * kMiB;  // of one layout, read in the search for referrers

}  // namespace supply
