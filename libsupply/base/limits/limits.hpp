// Every limit on bytes that somebody else wrote is in this room: here what a run may cost, and in a header for each
// kind of thing the others, so that a new limit rebuilds only what reads such things. Exceeding one is
// ErrorCode::limit_exceeded (exit 4). Each constant has a test at it and one beyond it, with the limit as a parameter
// where it is large (ci/check_limits.py).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace supply {

inline constexpr std::size_t kKiB = 1024, kMiB = 1024 * kKiB;
inline constexpr std::uint64_t kGiB = 1024 * kMiB;

// One run, in the order of Cost (base/limits/budget.hpp): memory, unpacked bytes, entries, verifications, steps. So
// that no input under 10 MB takes more than 1 GB of memory or 20 s of a processor, and a large image what it needs.
inline constexpr std::array<std::uint64_t, 5> kRunMayCost{640 * kMiB, 4 * kGiB, 4'000'000, 20'000, 40'000'000};
inline constexpr std::uint64_t kInputPaysPer = 64;  // for each so many bytes of input, a reader may spend besides:
inline constexpr std::array<std::uint64_t, 5> kInputPays{256, 6'400, 1, 0, 64};

}  // namespace supply
