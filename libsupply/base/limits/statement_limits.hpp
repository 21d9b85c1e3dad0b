// Statements, signatures, and keys. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

// Source: sigstore-go internal/limits, cosign
inline constexpr std::size_t kMaxSubjects = 1'024;
inline constexpr std::size_t kMaxSubjectDigests = 32;
inline constexpr std::size_t kMaxSignatures = 1'000;
// Refusals that are listed of one subject; beyond, one more says how many there are.
inline constexpr std::size_t kMaxRefusedListed = 1'000;
inline constexpr std::size_t kMaxDependencies = 100'000;  // resolvedDependencies, materials
// Of one list or map in another predicate: tests, vulnerabilities, levels, references.
inline constexpr std::size_t kMaxPredicateEntries = 100'000;
inline constexpr std::size_t kMaxLogEntries = 32;
inline constexpr std::size_t kMaxTimestamps = 32;
inline constexpr std::size_t kMaxKeyFileBytes = 64 * kKiB;
inline constexpr std::uint64_t kMaxKeyFileRounds = 5'000'000;  // PBKDF2, which a key file chooses
inline constexpr std::uint64_t kMaxScryptBytes = 32 * kMiB;    // 128 r (N + p + 2)
inline constexpr std::uint64_t kMaxScryptBlocks = 1 << 24;     // N r p
inline constexpr int kMaxRsaBits = 16'384;                     // OpenSSL's own limit

}  // namespace supply
