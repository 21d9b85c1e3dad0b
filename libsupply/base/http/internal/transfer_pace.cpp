// How long an exchange may take: what is charged to which allowance, and when it is enough.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/select.h>

#include <algorithm>

#include "libsupply/base/http/internal/transfer.hpp"
#include "libsupply/base/limits/network_limits.hpp"

namespace supply::http {
namespace {

constexpr std::uint64_t kDigestedPerSecond = kMiB;  // while the server digests what it was sent
constexpr std::chrono::minutes kLongestDigesting{10};

std::string seconds(std::chrono::milliseconds time) {
  if (time.count() % 1'000 != 0) return std::to_string(time.count()) + " ms";
  return std::to_string(time.count() / 1'000) + " s";
}

std::string shown(const Allowance& allowance) {
  return std::to_string(allowance.bytes_per_second) + " bytes a second, with pauses of " + seconds(allowance.silence) +
         " at most";
}

}  // namespace

// Of the request's body, what has arrived. curl counts what the kernel took, which may be megabytes more.
std::uint64_t Transfer::arrived() const {
  curl_off_t sent = 0;
  curl_easy_getinfo(connection_->easy.get(), CURLINFO_SIZE_UPLOAD_T, &sent);
  // The one socket of the handle: CURLINFO_ACTIVESOCKET knows it only after the answer.
  fd_set reading, writing, other;
  FD_ZERO(&reading);
  FD_ZERO(&writing);
  FD_ZERO(&other);
  int socket = -1, waiting = 0;
  if (sent <= 0 || curl_multi_fdset(connection_->multi.get(), &reading, &writing, &other, &socket) != CURLM_OK ||
      socket < 0 || ::ioctl(socket, SIOCOUTQ, &waiting) != 0)
    waiting = 0;
  return static_cast<std::uint64_t>(std::max<curl_off_t>(sent - waiting, 0));
}

Status Transfer::account() {
  const TimePoint now = std::chrono::steady_clock::now();
  const std::uint64_t taken = upload_size_ > 0 ? std::min(arrived(), uploaded_) : 0;
  const std::uint64_t all = received_ + taken;
  const std::uint64_t bytes = all > moved_before_ ? all - moved_before_ : 0;
  const TimePoint::duration waited = now - accounted_;
  moved_before_ = std::max(moved_before_, all);
  accounted_ = now;
  if (came_ > kMaxChunkHeaderBytes + kMaxChunkHeaderBytesPerByte * received_)
    return Error(ErrorCode::limit_exceeded, shown_ + ": the headers of the answer's chunks have more than " +
                                                std::to_string(kMaxChunkHeaderBytes) + " bytes and " +
                                                std::to_string(kMaxChunkHeaderBytesPerByte) +
                                                " for each byte of its body");
  if (deadline_ && now >= *deadline_) return Error(ErrorCode::unavailable, shown_ + ": the deadline has passed");
  if (options_.bounds_run && run_.account(now, bytes).count() <= 0)
    return too_slow("all requests of a run together must bring " + shown(run_.allowance()) +
                    " (--deadline sets another time)");
  if (!header_done_ && taken >= upload_size_) return check_answer_time(now);
  long sent = 0;
  curl_easy_getinfo(connection_->easy.get(), CURLINFO_REQUEST_SIZE, &sent);
  if (!header_done_ && sent == 0) return check_answer_time(now);
  burst_.account(waited, bytes);
  steady_.account(waited, bytes);
  const std::string what = header_done_ ? std::to_string(received_) + " bytes of the answer have come"
                                        : "the server has taken " + std::to_string(taken) + " bytes";
  for (const Credit* credit : {&burst_, &steady_})
    if (credit->left().count() <= 0) return too_slow(what + "; it must be " + shown(credit->allowance()));
  return {};
}

Status Transfer::check_answer_time(TimePoint now) {
  long sent = 0;
  curl_easy_getinfo(connection_->easy.get(), CURLINFO_REQUEST_SIZE, &sent);
  if (sent > 0 && !sent_at_) sent_at_ = now;
  if (!sent_at_) {  // curl's own time for this is shorter
    const auto most = options_.times.connect + std::chrono::seconds(1);
    return now - began_ < most ? Status() : too_slow("no connection within " + seconds(most));
  }
  std::chrono::milliseconds most = options_.times.answer;
  if (method_ != "GET" && method_ != "HEAD")
    most =
        options_.times.write_answer +
        std::min<std::chrono::milliseconds>(std::chrono::seconds(upload_size_ / kDigestedPerSecond), kLongestDigesting);
  return now - *sent_at_ < most ? Status() : too_slow("no whole header within " + seconds(most) + " of the request");
}

Error Transfer::too_slow(const std::string& why) {
  return Error(ErrorCode::unavailable, shown_ + ": too slow: " + why);
}

}  // namespace supply::http
