#include "libsupply/base/http/retry.hpp"

#include <algorithm>

namespace supply::http {

using std::chrono::milliseconds;

void Retry::progress() {
  failures_ = 0;
  waited_ = milliseconds(0);
  tried_ = {};
  resumed_ = clock_.now();
}

Status Retry::again(Error why, std::optional<std::chrono::seconds> wanted) {
  tried_ += clock_.now() - resumed_;
  const auto no_more = [&](const std::string& reason) { return Error(why.code(), why.message() + reason); };
  if (++failures_ >= options_.attempts || (!deadline_ && tried_ >= options_.longest_trying))
    return failures_ == 1 ? why : no_more(" (" + std::to_string(failures_) + " attempts)");
  const milliseconds full = std::min(options_.first_pause * (1 << std::min(failures_ - 1, 20)), options_.longest_pause);
  milliseconds pause(std::uniform_int_distribution<std::int64_t>(full.count() / 2, full.count())(random_));
  if (wanted) {
    // A little later than asked, so that not all who were told the same come at once.
    pause = std::max(pause, milliseconds(*wanted) + pause / 4);
    waited_ += *wanted;
    if (deadline_ ? clock_.now() + pause >= *deadline_ : waited_ > options_.longest_wait)
      return no_more(" (the server asks to wait " + std::to_string(wanted->count()) + " s)");
  }
  if (deadline_ && clock_.now() + pause >= *deadline_)
    return no_more(" (no time for another attempt before the deadline)");
  if (!deadline_ && !pauses_.take(pause))
    return no_more(" (this run has waited for servers for long enough: --deadline sets another time)");
  clock_.sleep(pause);
  resumed_ = clock_.now();
  return {};
}

}  // namespace supply::http
