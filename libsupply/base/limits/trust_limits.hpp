// Certificates, timestamps, transparency logs and trusted roots. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxCertificateBytes = 64 * kKiB;
inline constexpr std::size_t kMaxChainCertificates = 16;  // in one bundle, authority or timestamp
inline constexpr std::size_t kMaxCertificatesPemBytes = 2 * kMaxChainCertificates * kMaxCertificateBytes;
inline constexpr std::size_t kMaxChainLength = 8;           // from the leaf to the anchor, both included
inline constexpr std::size_t kMaxNameConstraints = 65'536;  // names of a certificate times constraints of an issuer
inline constexpr std::size_t kMaxTimestampBytes = 256 * kKiB;
inline constexpr std::size_t kMaxTrustedRootBytes = 4 * kMiB;
inline constexpr std::size_t kMaxTrustedRootEntries = 256;  // of one kind: logs, authorities
inline constexpr std::size_t kMaxCheckpointBytes = 64 * kKiB;
inline constexpr std::size_t kMaxNoteSignatures = 64;  // C2SP signed-note: at least 16 must be accepted
inline constexpr std::size_t kMaxProofHashes = 64;     // a tree has at most 2^63 leaves
inline constexpr std::size_t kMaxSignedCertificateTimestamps = 16;
inline constexpr std::size_t kMaxBundlesInFile = 1024;
inline constexpr std::size_t kMaxModelFiles = 50'000;
inline constexpr std::size_t kMaxTrustedRoots = 16;            // in one file
inline constexpr std::size_t kMaxTrustedKeys = 1024;           // in a trust file
inline constexpr std::size_t kMaxRememberedSignatures = 4096;  // of certificates, by one verifier

}  // namespace supply
