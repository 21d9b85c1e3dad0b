#include "libsupply/base/io/random_access_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::io {
namespace {

constexpr std::size_t kChunkBytes = 256 * kKiB;

std::int64_t changed(const struct stat& info) {
  return std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

class Stretch : public Source {
 public:
  Stretch(std::shared_ptr<const RandomAccessFile> file, std::uint64_t offset, std::uint64_t size)
      : file_(std::move(file)), at_(offset), left_(size) {}

  Result<std::size_t> read(std::span<char> into) override {
    SUPPLY_TRY(const std::size_t count, file_->read_at(at_, into.first(std::min<std::uint64_t>(left_, into.size()))));
    at_ += count;
    left_ -= count;
    return count;
  }

 private:
  std::shared_ptr<const RandomAccessFile> file_;
  std::uint64_t at_, left_;
};

class DescriptorSink : public Sink {
 public:
  DescriptorSink(int fd, const Path& path) : fd_(fd), path_(path) {}
  Status write(std::string_view bytes) override { return write_all(fd_, path_, bytes); }

 private:
  int fd_;
  const Path& path_;
};

Result<FileDescriptor> nameless(const Path& directory) {
  FileDescriptor file(::open(directory.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
  if (file) return file;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
    return system_error("write a file in", directory, errno);
  // A file system that cannot: the name is there for a moment.
  const Path path = directory / (".supply-" + random_name());
  file = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return system_error("write a file in", directory, errno);
  if (::unlink(path.c_str()) != 0) return system_error("write a file in", directory, errno);
  return file;
}

}  // namespace

Result<std::shared_ptr<const RandomAccessFile>> RandomAccessFile::adopt(FileDescriptor file, Path path) {
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0) return system_error("stat", path, errno);
  if (!S_ISREG(info.st_mode)) return Error(ErrorCode::unsupported, quote(path.native()) + " is not a regular file");
  std::shared_ptr<RandomAccessFile> opened(new RandomAccessFile(std::move(file), std::move(path)));
  opened->size_ = static_cast<std::uint64_t>(info.st_size);
  opened->device_ = info.st_dev;
  opened->inode_ = info.st_ino;
  opened->changed_ns_ = changed(info);
  return std::shared_ptr<const RandomAccessFile>(std::move(opened));
}

Result<std::shared_ptr<const RandomAccessFile>> RandomAccessFile::open(const Path& path, FollowLinks follow) {
  SUPPLY_TRY(FileDescriptor file, open_to_read(path, follow));
  return adopt(std::move(file), path);
}

Result<std::shared_ptr<const RandomAccessFile>> RandomAccessFile::anonymous(const Path& directory,
                                                                            const std::function<Status(Sink&)>& fill) {
  SUPPLY_TRY(FileDescriptor file, nameless(directory));
  DescriptorSink sink(file.get(), directory);
  SUPPLY_TRY(fill(sink));
  return adopt(std::move(file), directory);
}

bool RandomAccessFile::is(const Path& path) const {
  struct stat info = {};
  return ::stat(path.c_str(), &info) == 0 && info.st_dev == device_ && info.st_ino == inode_ &&
         static_cast<std::uint64_t>(info.st_size) == size_ && changed(info) == changed_ns_;
}

Result<std::size_t> RandomAccessFile::read_at(std::uint64_t offset, std::span<char> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t count =
        ::pread(file_.get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (count == 0) break;
    if (count > 0) done += static_cast<std::size_t>(count);
    else if (errno != EINTR) return system_error("read", path_, errno);
  }
  return done;
}

Status RandomAccessFile::append_to(int fd, const Path& target, std::uint64_t offset, std::uint64_t size) const {
  auto from = static_cast<off_t>(offset);
  while (size > 0) {
    const ssize_t count = ::copy_file_range(file_.get(), &from, fd, nullptr, std::min<std::uint64_t>(size, kGiB), 0);
    if (count > 0) size -= static_cast<std::uint64_t>(count);
    else if (count == 0 || errno != EINTR) break;  // other file systems, or a kernel that cannot: by hand
  }
  std::vector<char> buffer(size == 0 ? 0 : kChunkBytes);
  for (auto at = static_cast<std::uint64_t>(from); size > 0;) {
    SUPPLY_TRY(const std::size_t count,
               read_at(at, std::span(buffer).first(std::min<std::uint64_t>(size, buffer.size()))));
    if (count == 0) return Error(ErrorCode::unavailable, quote(path_.native()) + " became shorter while it was read");
    SUPPLY_TRY(write_all(fd, target, std::string_view(buffer.data(), count)));
    at += count;
    size -= count;
  }
  return {};
}

std::unique_ptr<Source> section(std::shared_ptr<const RandomAccessFile> file, std::uint64_t offset,
                                std::uint64_t size) {
  return std::make_unique<Stretch>(std::move(file), offset, size);
}

}  // namespace supply::io
