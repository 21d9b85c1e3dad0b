#include "tools/common/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace supply::tools {
namespace {

constexpr std::chrono::milliseconds kPause(100);
constexpr std::size_t kUsualWidth = 80, kBar = 24;

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualWidth;
}

}  // namespace

std::string progress_line(std::uint64_t done, std::uint64_t total, double seconds, std::size_t width) {
  const double share = total == 0 ? 0.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto filled = static_cast<std::size_t>(share * kBar);
  std::string bar(filled, '=');
  if (filled < kBar) bar.append(">").append(kBar - filled - 1, ' ');
  std::string line = fmt::format("[{}] {:3.0f}%  {:.1f} of {:.1f} MB", bar, share * 100.0,
                                 static_cast<double>(done) / 1e6, static_cast<double>(total) / 1e6);
  if (seconds > 0.0) line.append(fmt::format("  {:.1f} MB/s", static_cast<double>(done) / 1e6 / seconds));
  if (line.size() > width) line.resize(width);
  return line;
}

ProgressBar::ProgressBar(const Console& console, const store::Progress& progress) : progress_(progress) {
  if (console.talk() == Talk::quiet || ::isatty(STDERR_FILENO) == 0) return;
  painter_ = std::thread([this] {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    while (!over_.wait_for(lock, kPause, [this] { return done_; }))
      show(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    std::fputs("\r\x1b[K", stderr);
  });
}

ProgressBar::~ProgressBar() {
  if (!painter_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    done_ = true;
  }
  over_.notify_all();
  painter_.join();
}

void ProgressBar::show(double seconds) const {
  const std::uint64_t total = progress_.total;
  if (total == 0) return;
  std::fprintf(stderr, "\r\x1b[K%s", progress_line(progress_.done, total, seconds, terminal_width() - 1).c_str());
}

}  // namespace supply::tools
