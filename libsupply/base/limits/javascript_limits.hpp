// Of what JavaScript's package managers write. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr int kMaxVirtualDepth = 64;  // directories up that a virtual path of Yarn's leads; Yarn writes 0 or 1

}  // namespace supply
