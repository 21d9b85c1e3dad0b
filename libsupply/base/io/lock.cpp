#include "libsupply/base/io/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "libsupply/base/io/file_descriptor.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::io {
namespace {

Result<FileDescriptor> open_lock(const Path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file && errno == EISDIR) file = FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file) return system_error("lock", path, errno);
  return file;
}

}  // namespace

Result<FileLock> FileLock::take(const Path& path, std::chrono::milliseconds patience) {
  SUPPLY_TRY(FileDescriptor file, open_lock(path));
  // Naps are counted instead of asking a clock; they grow to 20 ms so that a long wait costs little.
  std::chrono::milliseconds nap(1), waited(0);
  for (;;) {
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return FileLock(std::move(file));
    if (errno != EWOULDBLOCK && errno != EINTR) return system_error("lock", path, errno);
    if (waited >= patience)
      return Error(ErrorCode::unavailable, "lock on " + quote(path.native()) + ": held by somebody else for " +
                                               std::to_string(patience.count()) + " ms");
    std::this_thread::sleep_for(nap);
    waited += nap;
    nap = std::min(nap * 2, std::chrono::milliseconds(20));
  }
}

}  // namespace supply::io
