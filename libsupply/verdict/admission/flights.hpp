// Single flight: of several callers who want the same at the same time, one piece of work is done, and all have its
// result. Work goes on when those who wait for it gave up, so that the next one who asks finds it done. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "libsupply/base/limits/admission_limits.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/verdict/admission/kept_facts.hpp"

namespace supply::admission {

using Landed = Result<std::shared_ptr<KeptFacts>>;

class Flights {
 public:
  using Work = std::function<Landed()>;
  struct Flight;
  using Ticket = std::shared_ptr<Flight>;

  explicit Flights(std::size_t at_once = kMaxFlightsAtOnce, std::size_t waiting = kMaxFlightsWaiting)
      : at_once_(at_once), waiting_(waiting) {}
  /// Waits for what is done now; what waits is not begun.
  ~Flights();
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;

  /// The flight of that key: the one that waits or is in the air, else a new one. Errors: rate_limited, when too many
  /// wait.
  Result<Ticket> board(const std::string& key, Work work);
  /// Its result; absent: not by then.
  std::optional<Landed> wait(const Ticket& ticket, std::chrono::steady_clock::time_point until);
  /// How many were begun.
  std::uint64_t started() const;
  std::size_t in_the_air() const;

 private:
  void fly();

  const std::size_t at_once_, waiting_;
  mutable std::mutex mutex_;
  std::condition_variable landed_, ended_;
  std::map<std::string, Ticket> known_;  // that wait or are in the air
  std::deque<Ticket> queue_;
  std::size_t threads_ = 0;
  std::uint64_t started_ = 0;
  bool ending_ = false;
};

}  // namespace supply::admission
