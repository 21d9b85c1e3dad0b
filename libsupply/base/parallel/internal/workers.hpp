// Threads that are kept for the next job: making one costs more than verifying a signature.
#pragma once

#include <cstddef>
#include <functional>

namespace supply {

/// Runs `work` on this thread and, while that lasts, on up to `threads` - 1 others of the process; returns when no
/// thread is in it any more. A thread that comes when this one has returned from `work` does not enter it, so `work`
/// shares out what there is to do, and returns when all of it is begun. Any thread may call, also from within `work`.
/// A thread that had nothing to do for a second ends.
void run_on_workers(std::size_t threads, const std::function<void()>& work);

}  // namespace supply
