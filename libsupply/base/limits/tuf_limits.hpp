// Metadata of TUF repositories. Source: TUF specification 1.0, sections 5.3 to 5.6, which leave the numbers to the
// client; these are those of the reference implementation where it has one. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxTufRootBytes = 512 * kKiB;
inline constexpr std::size_t kMaxTufTimestampBytes = 16 * kKiB;
inline constexpr std::size_t kMaxTufSnapshotBytes = 2 * kMiB;  // where the timestamp names no length
inline constexpr std::size_t kMaxTufTargetsBytes = 8 * kMiB;   // where the snapshot names no length
inline constexpr std::size_t kMaxTufTargetBytes = 64 * kMiB;   // of a target file, which is held in memory
inline constexpr std::size_t kMaxTufRootUpdates = 256;         // new roots in one refresh; the next one goes on
inline constexpr std::size_t kMaxTufRolesVisited = 32;         // delegated roles in the search for one target
inline constexpr std::size_t kMaxTufKeys = 256;                // of one root or delegation, and of one role
inline constexpr std::size_t kMaxTufSignatures = 256;          // of one file
inline constexpr std::size_t kMaxTufDelegations = 1'024;       // of one role
inline constexpr std::size_t kMaxTufRoleNameBytes = 80;        // percent-encoded it is a file's name
inline constexpr std::size_t kMaxTufTargetPathBytes = 1'024;
inline constexpr std::size_t kMaxTufRecordBytes = 16 * kKiB;  // of the file that says which repository is followed
inline constexpr std::size_t kMaxTufPatternSteps =
    4 * 1'024 * 1'024;  // of comparing one path with one delegation's patterns

}  // namespace supply
