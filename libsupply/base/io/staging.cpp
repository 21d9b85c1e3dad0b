#include "libsupply/base/io/staging.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::io {
namespace {

constexpr std::uint64_t kFlushBytes = 8 * kMiB;
constexpr int kAttempts = 1'000;  // each failed one means that a cleaner removed the directory between two system calls

bool same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

Status lock_file(const FileDescriptor& file, int how, const Path& path) {
  while (::flock(file.get(), how) != 0)
    if (errno != EINTR) return system_error("lock", path, errno);
  return {};
}

// The directory, locked; an empty descriptor when it is not there, or no longer under its name once the lock is had.
Result<FileDescriptor> lock_directory(const Path& path, int how) {
  FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!directory) {
    if (errno == ENOENT) return FileDescriptor();
    return system_error("open", path, errno);
  }
  SUPPLY_TRY(lock_file(directory, how, path));
  struct stat locked = {}, named = {};
  if (::fstat(directory.get(), &locked) != 0 || ::lstat(path.c_str(), &named) != 0 || !same_file(locked, named))
    return FileDescriptor();
  return directory;
}

// Shared with other writers, never with a cleaner: none can come between a file's making and its lock. The directory is
// made if need be.
Result<FileDescriptor> share_directory(const Path& path) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    SUPPLY_TRY(FileDescriptor directory, lock_directory(path, LOCK_SH));
    if (directory) return directory;
    SUPPLY_TRY(make_directories(path.parent_path().empty() ? Path(".") : path.parent_path()));
    // Not there yet, or a cleaner found it empty; it may be gone again before the next attempt.
    if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) return system_error("make directory", path, errno);
  }
  return Error(ErrorCode::unavailable, "cannot keep a file in " + quote(path.native()));
}

// The process id tells a person whose file it is; the rest keeps apart writers in different pid namespaces.
std::string own_name() { return std::to_string(::getpid()) + "-" + random_name(); }

// Removes a directory with the files in it; there are no directories in it.
void remove_directory(const Path& path) {
  if (const auto names = list_directory(path))
    for (const std::string& name : *names) ::unlink((path / name).c_str());
  ::rmdir(path.c_str());
}

}  // namespace

Result<StagedFile> StagedFile::create(const Path& staging_directory) {
  SUPPLY_TRY(const FileDescriptor directory, share_directory(staging_directory));
  const Path path = staging_directory / own_name();
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file) return system_error("write", path, errno);
  SUPPLY_TRY(lock_file(file, LOCK_EX, path));
  return StagedFile(std::move(file), path);
}

Result<std::optional<StagedFile>> StagedFile::try_claim(const Path& staging_directory, std::string_view name) {
  SUPPLY_TRY(const FileDescriptor directory, share_directory(staging_directory));
  const Path path = staging_directory / name;
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666));
  if (!file) return system_error("write", path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR) return std::optional<StagedFile>();
    return system_error("lock", path, errno);
  }
  // Published or removed by the writer that had it before.
  struct stat locked = {}, named = {};
  if (::fstat(file.get(), &locked) != 0 || ::lstat(path.c_str(), &named) != 0 || !same_file(locked, named))
    return std::optional<StagedFile>();
  if (!S_ISREG(locked.st_mode)) return Error(ErrorCode::unsupported, quote(path.native()) + " is not a regular file");
  if (::lseek(file.get(), 0, SEEK_END) < 0) return system_error("write", path, errno);
  StagedFile claimed(std::move(file), path);
  claimed.size_ = claimed.flushed_ = static_cast<std::uint64_t>(locked.st_size);
  return std::optional<StagedFile>(std::move(claimed));
}

Result<std::optional<StagedFile>> StagedFile::claim(const Path& staging_directory, std::string_view name,
                                                    std::chrono::milliseconds patience) {
  // As in FileLock: naps are counted, and grow.
  std::chrono::milliseconds nap(1), waited(0);
  for (;;) {
    SUPPLY_TRY(std::optional<StagedFile> file, try_claim(staging_directory, name));
    if (file || waited >= patience) return file;
    std::this_thread::sleep_for(nap);
    waited += nap;
    nap = std::min(nap * 2, std::chrono::milliseconds(20));
  }
}

StagedFile::StagedFile(StagedFile&& other) noexcept
    : file_(std::move(other.file_)),
      path_(std::exchange(other.path_, Path())),
      size_(other.size_),
      flushed_(other.flushed_) {}

StagedFile::~StagedFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Status StagedFile::write(std::string_view bytes) {
  SUPPLY_TRY(write_all(file_.get(), path_, bytes));
  size_ += bytes.size();
  // The disk works while more comes, so that little is left to wait for at the end.
  if (size_ - flushed_ >= kFlushBytes) {
    ::sync_file_range(file_.get(), static_cast<off_t>(flushed_), static_cast<off_t>(size_ - flushed_),
                      SYNC_FILE_RANGE_WRITE);
    flushed_ = size_;
  }
  return {};
}

Status StagedFile::append(const RandomAccessFile& file, std::uint64_t offset, std::uint64_t size) {
  SUPPLY_TRY(file.append_to(file_.get(), path_, offset, size));
  size_ += size;
  return {};
}

Result<std::size_t> StagedFile::read_at(std::uint64_t offset, std::span<char> into) const {
  for (;;) {
    const ssize_t count = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return system_error("read", path_, errno);
  }
}

Status StagedFile::restart() {
  if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) < 0)
    return system_error("write", path_, errno);
  size_ = flushed_ = 0;
  return {};
}

void StagedFile::leave() noexcept {
  path_.clear();
  file_.close();
}

Status StagedFile::publish(const Path& target, Durability durability) {
  return publish_in(AT_FDCWD, target, durability);
}

Status StagedFile::publish_in(int directory, const Path& target, Durability durability) {
  if (durability == Durability::yes && ::fdatasync(file_.get()) != 0) return system_error("sync", target, errno);
  const Path name = directory == AT_FDCWD ? target : target.filename();
  if (::renameat(AT_FDCWD, path_.c_str(), directory, name.c_str()) != 0) return system_error("write", target, errno);
  path_.clear();
  if (durability == Durability::no) return {};
  if (directory == AT_FDCWD) return sync_directory(target.parent_path());
  // Some file systems cannot sync a directory; there the rename is as durability as it gets.
  if (::fsync(directory) != 0 && errno != EINVAL) return system_error("sync", target.parent_path(), errno);
  return {};
}

Status StagedFile::take_mode_of(const Path& other) {
  struct stat info = {};
  if (::stat(other.c_str(), &info) != 0) return {};
  if (::fchmod(file_.get(), info.st_mode & 0777) != 0) return system_error("write", path_, errno);
  return {};
}

Result<StagedDirectory> StagedDirectory::create(const Path& staging_directory) {
  SUPPLY_TRY(const FileDescriptor staging, share_directory(staging_directory));
  const Path path = staging_directory / own_name();
  if (::mkdir(path.c_str(), 0777) != 0) return system_error("make directory", path, errno);
  FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!directory) return system_error("open", path, errno);
  SUPPLY_TRY(lock_file(directory, LOCK_EX, path));
  return StagedDirectory(std::move(directory), path);
}

StagedDirectory::StagedDirectory(StagedDirectory&& other) noexcept
    : directory_(std::move(other.directory_)), path_(std::exchange(other.path_, Path())) {}

StagedDirectory::~StagedDirectory() {
  if (!path_.empty()) remove_directory(path_);
}

Status clear_staging(const Path& staging_directory) {
  SUPPLY_TRY(const FileDescriptor directory, lock_directory(staging_directory, LOCK_EX));
  if (!directory) return {};
  SUPPLY_TRY(const std::vector<std::string> names, list_directory(staging_directory));
  for (const std::string& name : names) {
    const Path path = staging_directory / name;
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) continue;  // published by now, or a live writer's
    // Only the file that is locked may go: by now another one may be under its name.
    struct stat locked = {}, named = {};
    if (::fstat(file.get(), &locked) != 0 || ::lstat(path.c_str(), &named) != 0 || !same_file(locked, named)) continue;
    if (S_ISDIR(locked.st_mode)) remove_directory(path);
    else ::unlink(path.c_str());
  }
  ::rmdir(staging_directory.c_str());  // fails, rightly, while a writer has a file in it
  return {};
}

}  // namespace supply::io
