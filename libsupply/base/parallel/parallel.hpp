// Runs independent jobs on a few threads.
#pragma once

#include <cstddef>
#include <functional>

#include "libsupply/base/result/result.hpp"

namespace supply {

/// Calls `job(i)` once for each i in [0, count), in that order of starting, on at most `threads` threads (0: one per
/// processor). Returns the error of the lowest i that failed; jobs that have not started by then are not run. Jobs
/// must not throw, and see to the thread safety of what they share.
Status parallel_for(std::size_t count, std::size_t threads, const std::function<Status(std::size_t)>& job);

}  // namespace supply
