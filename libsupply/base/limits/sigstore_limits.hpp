// What the services of Sigstore answer when something is signed. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxIdentityTokenBytes = 64 * kKiB;
inline constexpr std::size_t kMaxSigningConfigBytes = kMiB;
inline constexpr std::size_t kMaxSigningServices = 64;           // of one kind, in one configuration
inline constexpr std::size_t kMaxServiceAnswerBytes = 8 * kMiB;  // of an authority or a log

}  // namespace supply
