// Sigstore bundles and DSSE envelopes as JSON. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

// Each takes many times the memory of its text: a million of them less than 50 MB.
inline constexpr std::size_t kMaxBundleValues = 1'000'000;

}  // namespace supply
