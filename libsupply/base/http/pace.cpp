#include "libsupply/base/http/pace.hpp"

#include <algorithm>

namespace supply::http {

void Credit::account(Duration waited, std::uint64_t bytes) {
  left_ -= waited;
  // A hoard would be time for a later silence. In seconds, so that no number of bytes overflows.
  const double earned =
      static_cast<double>(bytes) / static_cast<double>(std::max<std::uint64_t>(allowance_.bytes_per_second, 1));
  const double most = std::chrono::duration<double>(Duration(allowance_.silence) - left_).count();
  left_ = earned >= most ? Duration(allowance_.silence)
                         : left_ + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(earned));
}

void RunCredit::advance(TimePoint now, std::uint64_t bytes) {
  const bool waits = waiting_ > 0 && now > since_;
  credit_.account(waits ? now - since_ : Credit::Duration::zero(), bytes);
  since_ = std::max(since_, now);
}

void RunCredit::begin_wait(TimePoint now) {
  const std::scoped_lock lock(mutex_);
  advance(now, 0);
  ++waiting_;
}

void RunCredit::end_wait(TimePoint now) {
  const std::scoped_lock lock(mutex_);
  advance(now, 0);
  --waiting_;
}

Credit::Duration RunCredit::account(TimePoint now, std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  advance(now, bytes);
  return credit_.left();
}

}  // namespace supply::http
