// Where the values of a document are in its text. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxPlaceBytes = 64 * kMiB;  // of pointers to values whose lines are kept, in one text

}  // namespace supply
