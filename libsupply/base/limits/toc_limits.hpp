// Of tables of contents that layers carry. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxTocPackedBytes = 8 * kMiB;
inline constexpr std::size_t kMaxTocBytes = 32 * kMiB;  // 130,000 entries as podman writes them

}  // namespace supply
