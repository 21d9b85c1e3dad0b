#include "libsupply/base/io/staging.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libsupply/base/bytes/hex.hpp"
#include "libsupply/base/bytes/text.hpp"

namespace supply::io {
namespace {

constexpr int kAttempts = 1'000;  // each failed one means that a cleaner removed the folder between two system calls

bool same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

Status lock_file(const FileDescriptor& file, int how, const Path& path) {
  while (::flock(file.get(), how) != 0)
    if (errno != EINTR) return system_error("lock", path, errno);
  return {};
}

// The folder, locked; an empty descriptor when it is not there, or no longer under its name once the lock is had.
Result<FileDescriptor> lock_folder(const Path& path, int how) {
  FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder) {
    if (errno == ENOENT) return FileDescriptor();
    return system_error("open", path, errno);
  }
  SUPPLY_TRY(lock_file(folder, how, path));
  struct stat locked = {}, named = {};
  if (::fstat(folder.get(), &locked) != 0 || ::lstat(path.c_str(), &named) != 0 || !same_file(locked, named))
    return FileDescriptor();
  return folder;
}

}  // namespace

Result<StagedFile> StagedFile::create(const Path& staging_folder) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // Shared with other writers, never with a cleaner: none can come between a file's making and its lock.
    SUPPLY_TRY(const FileDescriptor folder, lock_folder(staging_folder, LOCK_SH));
    if (!folder) {
      SUPPLY_TRY(make_folders(staging_folder.parent_path()));
      // Not there yet, or a cleaner found it empty; it may be gone again before the next attempt.
      if (::mkdir(staging_folder.c_str(), 0777) != 0 && errno != EEXIST)
        return system_error("make folder", staging_folder, errno);
      continue;
    }
    // The process id tells a person whose file it is; the rest keeps apart writers in different pid namespaces.
    const Path path = staging_folder / (std::to_string(::getpid()) + "-" + random_name());
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file) {
      if (errno == EEXIST) continue;
      return system_error("write", path, errno);
    }
    SUPPLY_TRY(lock_file(file, LOCK_EX, path));
    return StagedFile(std::move(file), path);
  }
  return Error(ErrorCode::unavailable, "cannot keep a file in " + quote(staging_folder.native()));
}

StagedFile::StagedFile(StagedFile&& other) noexcept
    : file_(std::move(other.file_)), path_(std::exchange(other.path_, Path())) {}

StagedFile::~StagedFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Status StagedFile::write(std::string_view bytes) { return write_all(file_.get(), path_, bytes); }

Status StagedFile::publish(const Path& target) {
  if (::fsync(file_.get()) != 0) return system_error("sync", target, errno);
  if (::rename(path_.c_str(), target.c_str()) != 0) return system_error("write", target, errno);
  path_.clear();
  return sync_folder(target.parent_path());
}

Status clear_staging(const Path& staging_folder) {
  SUPPLY_TRY(const FileDescriptor folder, lock_folder(staging_folder, LOCK_EX));
  if (!folder) return {};
  SUPPLY_TRY(const std::vector<std::string> names, list_folder(staging_folder));
  for (const std::string& name : names) {
    const Path path = staging_folder / name;
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) continue;  // published by now, or a live writer's
    // Only the file that is locked may go: by now another one may stand under its name.
    struct stat locked = {}, named = {};
    if (::fstat(file.get(), &locked) == 0 && ::lstat(path.c_str(), &named) == 0 && same_file(locked, named))
      ::unlink(path.c_str());
  }
  ::rmdir(staging_folder.c_str());  // fails, rightly, while a writer has a file in it
  return {};
}

}  // namespace supply::io
