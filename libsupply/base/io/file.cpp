#include "libsupply/base/io/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "libsupply/base/io/file_descriptor.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::io {
namespace {

constexpr std::size_t kGrowthAllowed = 64 * kMiB;  // of a file that has more than it had when it was opened

ErrorCode code_of(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR: return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorCode::forbidden;
    case ELOOP:
    case EISDIR: return ErrorCode::unsupported;
    default: return ErrorCode::unavailable;
  }
}

class FileSource : public Source {
 public:
  FileSource(FileDescriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}

  Result<std::size_t> read(std::span<char> into) override {
    for (;;) {
      const ssize_t count = ::read(file_.get(), into.data(), into.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) return system_error("read", path_, errno);
    }
  }

 private:
  FileDescriptor file_;
  Path path_;
};

Result<FileDescriptor> open_with(const Path& path, int flags) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  if (!file) {
    if (errno == ELOOP && (flags & O_NOFOLLOW) != 0)
      return Error(ErrorCode::unsupported, quote(path.native()) + " is a symbolic link, which is refused here");
    return system_error("open", path, errno);
  }
  return file;
}

// Whether what is no regular file may be read to its end nevertheless: a pipe that this process was started with, for
// a pipe that lies in a directory may never get a writer; a terminal; and /dev/null. Other devices have no end.
bool ends(const struct stat& info, int fd, const Path& path) {
  const std::string& name = path.native();
  if (S_ISCHR(info.st_mode)) return info.st_rdev == makedev(1, 3) || ::isatty(fd) == 1;
  const bool inherited = name == "/dev/stdin" || name.starts_with("/dev/fd/") || name.starts_with("/proc/");
  return S_ISFIFO(info.st_mode) && inherited;
}

Status write_directly(const Path& path, std::string_view bytes) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return system_error("open", path, errno);
  return write_all(file.get(), path, bytes);
}

}  // namespace

void FileDescriptor::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Error system_error(std::string_view doing, const Path& path, int number) {
  return Error(code_of(number), "cannot " + std::string(doing) + " " + quote(path.native()) + ": " +
                                    std::generic_category().message(number));
}

Result<FileDescriptor> open_to_read(const Path& path, FollowLinks follow) {
  // Without O_NONBLOCK the opening of a pipe would wait for its writer.
  return open_with(path, O_NONBLOCK | (follow == FollowLinks::no ? O_NOFOLLOW : 0));
}

Path through_links(Path path) {
  std::error_code error;
  for (int links = 0; links < 40; ++links) {
    const Path target = std::filesystem::read_symlink(path, error);
    if (error) return path;
    path = path.parent_path() / target;
  }
  return path;  // a loop: the next system call says so
}

Status write_all(int fd, const Path& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR) return system_error("write", path, errno);
  }
  return {};
}

std::string random_name() {
  char bytes[8] = {};
  // Blocks, and can be interrupted, only before the kernel's pool is first filled; so few bytes never come short.
  while (::getrandom(bytes, sizeof bytes, 0) < 0 && errno == EINTR) {
  }
  return to_hex(std::string_view(bytes, sizeof bytes));
}

Status sync_directory(const Path& directory) {
  const Path name = directory.empty() ? Path(".") : directory;
  SUPPLY_TRY(FileDescriptor file, open_with(name, O_DIRECTORY));
  // Some file systems cannot sync a directory; there the rename is as durability as it gets.
  if (::fsync(file.get()) != 0 && errno != EINVAL) return system_error("sync", name, errno);
  return {};
}

Result<std::string> read_file(const Path& path, std::size_t limit) {
  SUPPLY_TRY(FileDescriptor file, open_to_read(path, FollowLinks::yes));
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0) return system_error("stat", path, errno);
  if (S_ISDIR(info.st_mode)) return system_error("read", path, EISDIR);
  if (!S_ISREG(info.st_mode) && !ends(info, file.get(), path))
    return Error(ErrorCode::unsupported,
                 quote(path.native()) + " is not a regular file (a pipe is given as <(...) or /dev/stdin)");
  // Reading waits for the writer of a pipe.
  if (::fcntl(file.get(), F_SETFL, 0) != 0) return system_error("open", path, errno);
  // What is too large by its size is not read first; a pipe, which has none, tells by its end.
  if (S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) > limit)
    return Error(ErrorCode::limit_exceeded,
                 quote(path.native()) + ": more than " + std::to_string(limit) + " bytes, which is the limit");
  // Nor does a file of /proc tell its size, and some have no end.
  if (S_ISREG(info.st_mode)) limit = std::min(limit, std::max(static_cast<std::size_t>(info.st_size), kGrowthAllowed));
  FileSource source(std::move(file), path);
  auto bytes = read_all(source, limit);
  if (!bytes && bytes.error().code() == ErrorCode::limit_exceeded) return std::move(bytes).at(quote(path.native()));
  return bytes;
}

Result<std::unique_ptr<Source>> open_file(const Path& path, FollowLinks follow) {
  SUPPLY_TRY(FileDescriptor file, open_to_read(path, follow));
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0) return system_error("stat", path, errno);
  if (!S_ISREG(info.st_mode)) return Error(ErrorCode::unsupported, quote(path.native()) + " is not a regular file");
  return std::unique_ptr<Source>(std::make_unique<FileSource>(std::move(file), path));
}

Result<std::uint64_t> file_size(const Path& path, FollowLinks follow) {
  struct stat info = {};
  if (::fstatat(AT_FDCWD, path.c_str(), &info, follow == FollowLinks::no ? AT_SYMLINK_NOFOLLOW : 0) != 0)
    return system_error("stat", path, errno);
  if (!S_ISREG(info.st_mode)) return Error(ErrorCode::not_found, quote(path.native()) + " is not a regular file");
  return static_cast<std::uint64_t>(info.st_size);
}

bool exists(const Path& path) {
  struct stat info = {};
  return ::stat(path.c_str(), &info) == 0;
}

std::string change_mark(const Path& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) return "-";
  std::string mark;
  for (const std::int64_t part :
       {static_cast<std::int64_t>(info.st_ino), static_cast<std::int64_t>(info.st_size),
        static_cast<std::int64_t>(info.st_mtim.tv_sec), static_cast<std::int64_t>(info.st_mtim.tv_nsec)})
    mark += std::to_string(part) + '.';
  return mark;
}

Result<std::vector<std::string>> list_directory(const Path& path, std::size_t limit) {
  std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) return system_error("open", path, errno);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) {
      if (errno != 0) return system_error("read", path, errno);
      break;
    }
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (names.size() == limit)
      return Error(ErrorCode::limit_exceeded,
                   "directory " + quote(path.native()) + " has more than " + std::to_string(limit) + " entries");
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Status make_directories(const Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return system_error("make directory", path, error.value());
  // create_directories is content with a file of that name.
  if (!std::filesystem::is_directory(path, error))
    return Error(ErrorCode::unavailable, "cannot make directory " + quote(path.native()) + ": a file is in the way");
  return {};
}

Status write_file(const Path& path, std::string_view bytes, FileMode mode, Existing existing) {
  struct stat info = {};
  if (existing == Existing::refuse && ::lstat(path.c_str(), &info) == 0)
    return Error(ErrorCode::usage, quote(path.native()) + " exists already and is not overwritten");
  const Path target = through_links(path);
  const bool there = ::stat(target.c_str(), &info) == 0;
  if (there) {
    if (S_ISDIR(info.st_mode)) return Error(ErrorCode::unavailable, quote(path.native()) + " is a directory");
    // A device or a pipe (/dev/stdout, /dev/null) is written to, not replaced.
    if (!S_ISREG(info.st_mode)) return write_directly(target, bytes);
  }
  const Path temporary = target.parent_path() / ("." + target.filename().native().substr(0, 100) + "." + random_name());
  FileDescriptor file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode == FileMode::owner ? 0600 : 0666));
  if (!file) return system_error("write", path, errno);
  struct Cleanup {
    const Path& path;
    ~Cleanup() { ::unlink(path.c_str()); }
  } const cleanup{temporary};  // after a rename there is nothing left to remove
  SUPPLY_TRY(write_all(file.get(), path, bytes));
  // A file that is replaced keeps the mode that somebody gave it.
  if (there && mode == FileMode::everyone && ::fchmod(file.get(), info.st_mode & 07777) != 0)
    return system_error("write", path, errno);
  if (::fsync(file.get()) != 0) return system_error("sync", path, errno);
  file.close();
  if (existing == Existing::refuse) {
    if (::link(temporary.c_str(), target.c_str()) != 0) {
      if (errno == EEXIST)
        return Error(ErrorCode::usage, quote(path.native()) + " exists already and is not overwritten");
      return system_error("write", path, errno);
    }
  } else if (::rename(temporary.c_str(), target.c_str()) != 0) {
    return system_error("write", path, errno);
  }
  return sync_directory(target.parent_path());
}

}  // namespace supply::io
