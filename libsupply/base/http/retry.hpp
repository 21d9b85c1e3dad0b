// How often and how long one operation is tried again. Made by every room that speaks
// to servers; a Retry belongs to one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <random>

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::http {

struct RetryOptions {
  int attempts = 5;                            ///< the first one included
  std::chrono::milliseconds first_pause{200};  ///< doubled each time
  std::chrono::milliseconds longest_pause{8'000};
  std::chrono::seconds longest_wait{120};  ///< that servers ask for in one operation, where there is no deadline
  /// Attempts of one operation that have taken longer than this together are the last: what is slow stays slow.
  std::chrono::seconds longest_trying{40};
};

/// All pauses of a run, where there is no deadline: so that a server that asks for a little time again and again does
/// not get without end. Any thread.
class Pauses {
 public:
  explicit Pauses(std::chrono::milliseconds most = std::chrono::minutes(30)) : left_(most.count()) {}
  /// False when there is no such time left.
  bool take(std::chrono::milliseconds pause) { return left_.fetch_sub(pause.count()) >= pause.count(); }

 private:
  std::atomic<std::int64_t> left_;
};

class Retry {
 public:
  Retry(Clock& clock, Pauses& pauses, const RetryOptions& options, std::optional<TimePoint> deadline,
        std::uint64_t seed)
      : clock_(clock), pauses_(pauses), options_(options), deadline_(deadline), random_(seed), resumed_(clock.now()) {}

  /// Waits, half at random, before another attempt; or returns `why` when there is none: all are used up, or have taken
  /// too long, or the deadline would pass, or the server asks for more time than there is.
  Status again(Error why, std::optional<std::chrono::seconds> wanted = {});
  /// Something was achieved: the counts start anew.
  void progress();

 private:
  Clock& clock_;
  Pauses& pauses_;
  const RetryOptions& options_;
  const std::optional<TimePoint> deadline_;
  std::mt19937_64 random_;
  int failures_ = 0;
  std::chrono::milliseconds waited_{0};  ///< as servers have asked
  TimePoint::duration tried_{0};         ///< without the pauses
  TimePoint resumed_;
};

}  // namespace supply::http
