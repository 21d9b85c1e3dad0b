#include "libsupply/base/parallel/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "libsupply/base/parallel/internal/workers.hpp"

namespace supply {

Status parallel_for(std::size_t count, std::size_t threads, const std::function<Status(std::size_t)>& job) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::size_t failed_at = count;
  std::optional<Error> first;
  const auto work = [&] {
    while (!failed) {
      const std::size_t i = next++;
      if (i >= count) return;
      Status status = job(i);
      if (status) continue;
      failed = true;
      const std::lock_guard lock(mutex);
      if (i < failed_at) {
        failed_at = i;
        first.emplace(std::move(status).error());
      }
    }
  };
  run_on_workers(std::min(threads, count), work);
  if (first) return *std::move(first);
  return {};
}

}  // namespace supply
