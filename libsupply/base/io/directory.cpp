#include "libsupply/base/io/directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libsupply/base/text/text.hpp"

namespace supply::io {

Result<Directory> Directory::open(const Path& path) {
  FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return system_error("open", path, errno);
  return Directory(std::move(directory), path);
}

Result<Directory> Directory::enter(std::string_view name, Missing missing) const {
  const std::string text(name);
  const Path path = path_ / text;
  if (missing == Missing::made && ::mkdirat(directory_.get(), text.c_str(), 0777) != 0 && errno != EEXIST)
    return system_error("make directory", path, errno);
  FileDescriptor directory(::openat(directory_.get(), text.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (directory) return Directory(std::move(directory), path);
  const int number = errno;
  struct stat info = {};
  if (::fstatat(directory_.get(), text.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(info.st_mode))
    return Error(
        ErrorCode::malformed,
        quote(path.native()) + (S_ISLNK(info.st_mode) ? " is a symbolic link, and nothing is written to where it leads"
                                                      : " is no directory"));
  return system_error("open", path, number);
}

Status Directory::publish(StagedFile file, std::string_view name) const {
  return file.publish_in(directory_.get(), path_ / name, StagedFile::Durability::yes);
}

Status Directory::remove(std::string_view name) const {
  if (::unlinkat(directory_.get(), std::string(name).c_str(), 0) == 0 || errno == ENOENT) return {};
  return system_error("remove", path_ / name, errno);
}

}  // namespace supply::io
