// Policies and what they are judged by. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxPolicyIncludes = 8;          // how deep policies include each other
inline constexpr std::size_t kMaxJsonPathSteps = 32;          // of one condition
inline constexpr std::size_t kMaxJsonPathValues = 200'000;    // that one path selects; more is undecided
inline constexpr std::size_t kMaxCredentialFileBytes = kMiB;  // of a file that is looked through for credentials
inline constexpr std::size_t kMaxNotableFiles = 100'000;      // that rules about files look for, of one image

}  // namespace supply
