// A file that is read at any place: by any number of threads at once, each stream over it its own.
#pragma once

#include <functional>

#include "libsupply/base/io/file_descriptor.hpp"

namespace supply::io {

class RandomAccessFile {
 public:
  /// Errors: those of open_file().
  static Result<std::shared_ptr<const RandomAccessFile>> open(const Path& path, FollowLinks follow = FollowLinks::yes);
  /// A file without a name in `directory`, the owner's alone, that is gone when the last stream is; `fill` writes it.
  /// Errors: forbidden, unavailable, and those of `fill`.
  static Result<std::shared_ptr<const RandomAccessFile>> anonymous(const Path& directory,
                                                                   const std::function<Status(Sink&)>& fill);

  /// As it was when the file was opened.
  std::uint64_t size() const { return size_; }
  /// Whether `path` is this file still, neither replaced nor written to since it was opened.
  bool is(const Path& path) const;
  /// How many bytes could be read, fewer than asked for only at the file's end. Errors: unavailable.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const;
  /// Appends a section of it to a descriptor's file, without the bytes passing through here where the system can do so.
  /// Errors: unavailable (also when the file ends before the section does).
  Status append_to(int fd, const Path& target, std::uint64_t offset, std::uint64_t size) const;

 private:
  RandomAccessFile(FileDescriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}
  static Result<std::shared_ptr<const RandomAccessFile>> adopt(FileDescriptor file, Path path);
  FileDescriptor file_;
  Path path_;
  std::uint64_t size_ = 0, device_ = 0, inode_ = 0;
  std::int64_t changed_ns_ = 0;
};

/// A stream over a section of a file, which it keeps open. It ends where the file ends, if that is earlier.
std::unique_ptr<Source> section(std::shared_ptr<const RandomAccessFile> file, std::uint64_t offset, std::uint64_t size);

}  // namespace supply::io
