#include "libsupply/base/parallel/internal/workers.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

namespace supply {
namespace {

constexpr std::size_t kWorkersInAll = 256;  // beyond it callers work alone
constexpr std::chrono::seconds kIdle{1};

/// One call of run_on_workers: open until the caller has done its part.
class Call {
 public:
  explicit Call(const std::function<void()>& work) : work_(work) {}

  void join() {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return;
      ++inside_;
    }
    work_();
    const std::lock_guard lock(mutex_);
    if (--inside_ == 0) left_.notify_all();
  }

  void close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    left_.wait(lock, [&] { return inside_ == 0; });
  }

 private:
  const std::function<void()>& work_;  // of the caller, who waits in close()
  std::mutex mutex_;
  std::condition_variable left_;
  std::size_t inside_ = 0;
  bool closed_ = false;
};

class Workers {
 public:
  void ask(const std::shared_ptr<Call>& call, std::size_t count) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < count; ++i) calls_.push_back(call);
    while (idle_ < calls_.size() && threads_ < kWorkersInAll && start_one()) {
    }
    for (std::size_t i = 0; i < count; ++i) asked_.notify_one();
  }

  void forget(const std::shared_ptr<Call>& call) {
    const std::lock_guard lock(mutex_);
    std::erase(calls_, call);
  }

 private:
  // A new thread counts as idle until it has taken a call.
  bool start_one() {
    try {
      std::thread([this] { serve(); }).detach();
    } catch (const std::system_error&) {
      return false;  // no more threads on this machine: there are fewer then
    }
    ++threads_;
    ++idle_;
    return true;
  }

  void serve() {
    std::unique_lock lock(mutex_);
    while (asked_.wait_for(lock, kIdle, [&] { return !calls_.empty(); })) {
      const std::shared_ptr<Call> call = std::move(calls_.front());
      calls_.pop_front();
      --idle_;
      lock.unlock();
      call->join();
      lock.lock();
      ++idle_;
    }
    --idle_;
    --threads_;
  }

  std::mutex mutex_;
  std::condition_variable asked_;
  std::deque<std::shared_ptr<Call>> calls_;  ///< a place in each for one thread
  std::size_t idle_ = 0, threads_ = 0;
};

// Never destroyed: threads may wait in it while the process ends.
Workers& workers() {
  static Workers* const all = new Workers;
  return *all;
}

}  // namespace

void run_on_workers(std::size_t threads, const std::function<void()>& work) {
  if (threads <= 1) return work();
  const auto call = std::make_shared<Call>(work);
  workers().ask(call, threads - 1);
  work();
  workers().forget(call);
  call->close();
}

}  // namespace supply
