// An exclusive advisory lock (flock) on a file, held until destruction. Works between threads and processes.
#pragma once

#include <chrono>

#include "libsupply/base/io/file.hpp"

namespace supply::io {

class Lock {
 public:
  /// Makes the lock file if need be, and waits. Errors: unavailable when `patience` has passed; forbidden.
  static Result<Lock> take(const Path& path, std::chrono::milliseconds patience);
  Lock(Lock&& other) noexcept;
  Lock& operator=(Lock&& other) noexcept;
  ~Lock();

 private:
  explicit Lock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace supply::io
