// What tokens, services and programs that hold private keys may answer. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxKeyServiceAnswerBytes = kMiB;
inline constexpr std::size_t kMaxCredentialFileBytes = kMiB;
inline constexpr std::size_t kMaxPkcs11Slots = 256;
inline constexpr std::size_t kMaxPkcs11AttributeBytes = 64 * kKiB;
inline constexpr std::size_t kMaxHelperAnswerBytes = 256 * kKiB;

}  // namespace supply
