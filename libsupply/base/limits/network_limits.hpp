// What a server sends. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxUrlBytes = 16 * kKiB;          // signed download addresses are a few KiB
inline constexpr std::size_t kMaxHttpHeaderBytes = 256 * kKiB;  // of one answer
// Of the headers of an answer's chunks: so many, and so many for each byte of its body. A chunk of one byte has five.
inline constexpr std::uint64_t kMaxChunkHeaderBytes = kMiB, kMaxChunkHeaderBytesPerByte = 16;
inline constexpr std::size_t kMaxTokenBytes = 256 * kKiB;                 // a token server's answer
inline constexpr std::size_t kMaxScopeBytes = 4 * kKiB, kMaxScopes = 16;  // that a challenge demands on top
inline constexpr std::size_t kMaxErrorBodyBytes = 64 * kKiB;              // what is read of an error; the rest is not
inline constexpr std::size_t kMaxTagPageBytes = 8 * kMiB;                 // docker-registry gives all tags in one page
inline constexpr std::size_t kMaxListBytes = 128 * kMiB;  // all pages of one list: a million tags of 128 bytes
inline constexpr std::size_t kMaxTags = 1'000'000;
inline constexpr std::size_t kMaxPages = 1'000;  // of one list
inline constexpr std::size_t kMaxRedirects = 5;
inline constexpr std::size_t kMaxWarnings = 100;  // kept; the rest is dropped
inline constexpr std::size_t kMaxCredentialFileBytes = 4 * kMiB;
inline constexpr std::size_t kMaxTrustFileBytes = 16 * kMiB;  // --ca-file

}  // namespace supply
