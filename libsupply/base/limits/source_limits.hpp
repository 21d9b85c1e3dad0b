// Trees of sources: Dockerfiles and lock files. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxPinFileBytes = 4 * kMiB;  // Dockerfiles, lock files
inline constexpr std::size_t kMaxPinFiles = 10'000;
inline constexpr std::size_t kMaxReferences = 10'000;        // in one Dockerfile, stages and faults included
inline constexpr std::size_t kMaxLockEntries = 100'000;      // in one lock file
inline constexpr std::size_t kMaxLockFileBytes = 32 * kMiB;  // a large package-lock.json is 10 MiB
inline constexpr std::size_t kMaxLockEdges = 1'000'000;      // in one lock file
inline constexpr std::size_t kMaxLockLookups = 20'000'000;   // for dependencies in directories above, in one lock file
inline constexpr int kMaxSubstitutionDepth = 32;             // ${A:-${B:-…}}
inline constexpr std::size_t kMaxSubstitutedBytes = 64 * kKiB;  // by variables, into one word
inline constexpr std::size_t kMaxSubstitutedFileBytes = 16 * kMiB;
inline constexpr std::size_t kMaxShellPatternBytes = kKiB;  // in ${name/pattern/…}, ${name#pattern} and the like
inline constexpr std::size_t kMaxWalkedEntries = 2'000'000;
inline constexpr std::size_t kMaxProbedEntries = 20'000;  // behind one link that leads out of the tree
inline constexpr std::size_t kMaxWalkDepth = 128;

}  // namespace supply
