#include "libsupply/base/parallel/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace supply {

Status parallel_for(std::size_t count, std::size_t threads, const std::function<Status(std::size_t)>& job) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  threads = std::min(threads, count);
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
  if (threads <= 1) {
    work();
  } else {
    std::vector<std::jthread> workers;
    for (std::size_t t = 0; t < threads; ++t) workers.emplace_back(work);
  }
  if (first) return *std::move(first);
  return {};
}

}  // namespace supply
