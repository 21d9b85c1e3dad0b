// What clients send to a server of ours (supply gate serve). See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxRequestHeadBytes = 64 * kKiB;  // request line and header fields; Go's limit is 1 MiB
inline constexpr std::size_t kMaxRequestBodyBytes = 8 * kMiB;   // a review has two objects, and etcd takes 1.5 MiB each
inline constexpr std::size_t kMaxBodiesBytes = 24 * kMiB;       // of all requests that are read at the same time
inline constexpr std::size_t kMaxServerConnections = 1'024;     // more are closed as they come
inline constexpr std::size_t kMaxServerThreads = 272;           // of which kMaxAdmissionsAtOnce judge
inline constexpr std::size_t kMaxWaitingRequests = 512;         // more are told to come back later

}  // namespace supply
