// How often and how long one operation is tried again.
#pragma once

#include <chrono>
#include <optional>
#include <random>

#include "libsupply/base/bytes/result.hpp"
#include "libsupply/base/http/client.hpp"

namespace supply::registry {

struct RetryOptions {
  int attempts = 5;                            ///< the first one included
  std::chrono::milliseconds first_pause{200};  ///< doubled each time
  std::chrono::milliseconds longest_pause{8'000};
  std::chrono::seconds longest_wait{120};  ///< of what a server asks for, where there is no deadline
};

/// 2xx.
inline bool is_success(int status) { return status >= 200 && status < 300; }
/// Whether a status passes: 408, 429 and what 5xx says of passing trouble. 501 and 505 stay as they are.
bool is_passing(int status);

class Patience {
 public:
  Patience(http::Clock& clock, const RetryOptions& options, std::optional<http::TimePoint> deadline, std::uint64_t seed)
      : clock_(clock), options_(options), deadline_(deadline), random_(seed) {}

  /// Waits, half at random, before another attempt; or returns `why` when there is none: all are used up, or the
  /// deadline would pass, or the server asks for more time than there is.
  Status again(Error why, std::optional<std::chrono::seconds> wanted = {});
  /// Something was achieved: the count starts anew.
  void progress() { failures_ = 0; }

 private:
  http::Clock& clock_;
  const RetryOptions& options_;
  const std::optional<http::TimePoint> deadline_;
  std::mt19937_64 random_;
  int failures_ = 0;
};

}  // namespace supply::registry
