// What a container engine answers. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxEngineAnswerBytes = 16 * kMiB;  // 2,000 bytes for each container in a list
inline constexpr std::size_t kMaxEngineContainers = 5'000;       // of one engine; Kubernetes runs 110 pods on a node
inline constexpr std::size_t kMaxChangedPaths = 100'000;         // of one container

inline constexpr std::size_t kMaxHistoryBytes = 32 * kMiB;  // of a history of what ran, and as much of an older one

}  // namespace supply
