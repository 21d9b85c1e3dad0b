#include "libsupply/image/registry/patience.hpp"

#include <algorithm>

namespace supply::registry {

using std::chrono::milliseconds;

bool is_passing(int status) {
  return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
}

Status Patience::again(Error why, std::optional<std::chrono::seconds> wanted) {
  if (++failures_ >= options_.attempts) {
    if (failures_ == 1) return why;
    return Error(why.code(), why.message() + " (" + std::to_string(failures_) + " attempts)");
  }
  const milliseconds full = std::min(options_.first_pause * (1 << std::min(failures_ - 1, 20)), options_.longest_pause);
  milliseconds pause(std::uniform_int_distribution<std::int64_t>(full.count() / 2, full.count())(random_));
  if (wanted) {
    // A little later than asked, so that not all who were told the same come at once.
    pause = std::max(pause, milliseconds(*wanted) + pause / 4);
    const auto asks = " (the server asks to wait " + std::to_string(wanted->count()) + " s)";
    if (deadline_ ? clock_.now() + pause >= *deadline_ : *wanted > options_.longest_wait)
      return Error(why.code(), why.message() + asks);
  }
  if (deadline_ && clock_.now() + pause >= *deadline_)
    return Error(why.code(), why.message() + " (no time for another attempt before the deadline)");
  clock_.sleep(pause);
  return {};
}

}  // namespace supply::registry
