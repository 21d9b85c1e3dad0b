#include "libsupply/base/io/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libsupply/base/bytes/text.hpp"

namespace supply::io {

Result<Folder> Folder::open(const Path& path) {
  FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return system_error("open", path, errno);
  return Folder(std::move(folder), path);
}

Result<Folder> Folder::enter(std::string_view name, Missing missing) const {
  const std::string text(name);
  const Path path = path_ / text;
  if (missing == Missing::made && ::mkdirat(folder_.get(), text.c_str(), 0777) != 0 && errno != EEXIST)
    return system_error("make folder", path, errno);
  FileDescriptor folder(::openat(folder_.get(), text.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (folder) return Folder(std::move(folder), path);
  const int number = errno;
  struct stat info = {};
  if (::fstatat(folder_.get(), text.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(info.st_mode))
    return Error(ErrorCode::malformed,
                 quote(path.native()) + (S_ISLNK(info.st_mode)
                                             ? " is a symbolic link, and nothing is written to where it leads"
                                             : " is no folder"));
  return system_error("open", path, number);
}

Status Folder::publish(StagedFile file, std::string_view name) const {
  return file.publish_in(folder_.get(), path_ / name, StagedFile::Lasting::yes);
}

Status Folder::remove(std::string_view name) const {
  if (::unlinkat(folder_.get(), std::string(name).c_str(), 0) == 0 || errno == ENOENT) return {};
  return system_error("remove", path_ / name, errno);
}

}  // namespace supply::io
