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

constexpr int kAttempts = 100;  // each failed one means that a cleaner came between two system calls

bool same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

}  // namespace

Result<StagedFile> StagedFile::create(const Path& staging_folder) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // The process id tells a person whose file it is; the rest keeps apart writers in different pid namespaces.
    const Path path = staging_folder / (std::to_string(::getpid()) + "-" + random_name());
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file) {
      if (errno == EEXIST) continue;
      if (errno != ENOENT) return system_error("write", path, errno);
      SUPPLY_TRY(make_folders(staging_folder));  // not there yet, or a cleaner found it empty
      continue;
    }
    while (::flock(file.get(), LOCK_EX) != 0)
      if (errno != EINTR) return system_error("lock", path, errno);
    // Between open and flock a cleaner may have taken the file for litter. With the lock held it no longer can.
    struct stat info = {};
    if (::fstat(file.get(), &info) != 0) return system_error("stat", path, errno);
    if (info.st_nlink > 0) return StagedFile(std::move(file), path);
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
  auto names = list_folder(staging_folder);
  if (!names) {
    if (names.error().code() == ErrorCode::not_found) return {};
    return std::move(names).error();
  }
  for (const std::string& name : *names) {
    const Path path = staging_folder / name;
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) continue;  // gone by now, or a live writer's
    // Only the file that is locked may go: by now another one may stand under its name.
    struct stat locked = {}, named = {};
    if (::fstat(file.get(), &locked) == 0 && ::lstat(path.c_str(), &named) == 0 && same_file(locked, named))
      ::unlink(path.c_str());
  }
  ::rmdir(staging_folder.c_str());  // fails, rightly, while a writer has a file in it
  return {};
}

}  // namespace supply::io
