// How slow the other side may be. Waiting costs credit and bytes earn it back, up to a limit: so no pattern of bytes,
// not one now and then nor a burst between two silences, keeps us for longer than what was sent is worth.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "libsupply/base/http/client.hpp"

namespace supply::http {

/// After any wait, at least `bytes_per_second` must have come on average, but for `silence` of it.
struct Allowance {
  std::chrono::milliseconds silence;
  std::uint64_t bytes_per_second;
};

/// What is left of an allowance. One thread at a time.
class Credit {
 public:
  using Duration = TimePoint::duration;

  explicit Credit(Allowance allowance) : allowance_(allowance), left_(allowance.silence) {}
  void account(Duration waited, std::uint64_t bytes);
  /// Negative or zero: it is used up.
  Duration left() const { return left_; }
  const Allowance& allowance() const { return allowance_; }

 private:
  Allowance allowance_;
  Duration left_;
};

/// The credit of all exchanges of a run. Time in which several wait counts once. Any thread.
class RunCredit {
 public:
  explicit RunCredit(Allowance allowance) : credit_(allowance) {}
  void begin_wait(TimePoint now);
  void end_wait(TimePoint now);
  /// Accounts for the time until `now` and returns what is left; called between begin_wait and end_wait.
  Credit::Duration account(TimePoint now, std::uint64_t bytes);
  const Allowance& allowance() const { return credit_.allowance(); }

 private:
  void advance(TimePoint now, std::uint64_t bytes);

  std::mutex mutex_;
  Credit credit_;
  int waiting_ = 0;
  TimePoint since_{};
};

/// What one exchange may take. The defaults leave room for a link of 64 KiB/s that several exchanges share, and for
/// answers that need 5 s on their way.
struct Times {
  std::chrono::milliseconds connect{30'000};         ///< looking up the name, connecting, proxy and TLS together
  std::chrono::milliseconds answer{45'000};          ///< from the request's last byte to the last of the header
  std::chrono::milliseconds write_answer{60'000};    ///< the same for what writes, and 1 s for each MiB that was sent
  Allowance burst{std::chrono::seconds(30), 1024};   ///< of a body, in either direction
  Allowance steady{std::chrono::minutes(5), 4'096};  ///< the same in the long run
  Allowance run{std::chrono::minutes(30), 16'384};   ///< of all exchanges together
};

}  // namespace supply::http
