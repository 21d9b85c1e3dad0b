// Requests of a cluster's API server to admit an object, and what is kept between them. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxReviewBytes = 8 * kMiB;        // as kMaxRequestBodyBytes
inline constexpr std::size_t kMaxReviewDepth = 100;             // the OpenAPI schemas of custom resources have 40
inline constexpr std::size_t kMaxAdmittedImages = 256;          // of one object, each counted once
inline constexpr std::size_t kMaxDenialBytes = 4 * kKiB;        // of the message that says why
inline constexpr std::size_t kMaxReviewWarnings = 20;           // of one answer
inline constexpr std::size_t kMaxReviewWarningBytes = 256;      // the API server cuts them there
inline constexpr std::size_t kMaxAdmissionsAtOnce = 256;        // more are told to come back later
inline constexpr std::size_t kMaxFlightsAtOnce = 8;             // images whose evidence is fetched
inline constexpr std::size_t kMaxFlightsWaiting = 512;          // more are told to come back later
inline constexpr std::size_t kMaxKeptImages = 4'096;            // whose facts are kept
inline constexpr std::uint64_t kMaxKeptFactsBytes = 24 * kMiB;  // of all of them, as far as is counted
inline constexpr std::size_t kMaxKeptTags = 16'384;             // what a tag stood for some seconds ago

}  // namespace supply
