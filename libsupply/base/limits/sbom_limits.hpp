// Documents that list packages. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxSbomDependencies = 400'000;  // between packages

}  // namespace supply
