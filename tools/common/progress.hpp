// How far a transfer is, on one line of the terminal.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "libsupply/image/store/copy.hpp"
#include "tools/common/console.hpp"

namespace supply::tools {

/// Shows `progress` from construction to destruction, where stderr is a terminal and nobody asked for quiet.
class ProgressBar {
 public:
  ProgressBar(const Console& console, const store::Progress& progress);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

 private:
  void show(double seconds) const;

  const store::Progress& progress_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool done_ = false;
  std::thread painter_;
};

/// "[=====>    ]  52%  301.2 of 591.1 MB  410.3 MB/s", at most `width` characters.
std::string progress_line(std::uint64_t done, std::uint64_t total, double seconds, std::size_t width);

}  // namespace supply::tools
