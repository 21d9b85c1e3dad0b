// An exclusive advisory lock (flock) on a file or directory, held until destruction. Works between threads and
// processes.
#pragma once

#include <chrono>

#include "libsupply/base/io/file_descriptor.hpp"

namespace supply::io {

class FileLock {
 public:
  /// Waits for the lock on a directory, or on a file, which is made if need be (and stays). Errors: unavailable when
  /// `patience` has passed; forbidden; not_found when the parent directory is not there.
  static Result<FileLock> take(const Path& path, std::chrono::milliseconds patience);

 private:
  explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}
  FileDescriptor file_;
};

}  // namespace supply::io
