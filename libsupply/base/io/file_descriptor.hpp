// A file descriptor that closes itself, and the error that errno means. For the .cpp files of this room.
#pragma once

#include <string_view>
#include <utility>

#include "libsupply/base/io/file.hpp"

namespace supply::io {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() { close(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void close() noexcept;

 private:
  int fd_ = -1;
};

/// "cannot open \"x\": No such file or directory", with the code that fits `number`.
Error system_error(std::string_view doing, const Path& path, int number);
/// Opens a file without waiting for the writer of a pipe. Errors: those of open_file(), but for what it is.
Result<FileDescriptor> open_to_read(const Path& path, FollowLinks follow);
/// Where a symbolic link at the end of `path` leads, there or not, so that writing goes through it.
Path through_links(Path path);
/// Writes all of `bytes` at the descriptor's place.
Status write_all(int fd, const Path& path, std::string_view bytes);
/// 16 hex digits that nobody else has.
std::string random_name();
/// Makes a rename or unlink in that directory durable.
Status sync_directory(const Path& directory);

}  // namespace supply::io
