#include "libsupply/base/io/private_directory.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libsupply/base/io/file_descriptor.hpp"

namespace supply::io {

Status make_private_directory(const Path& directory) {
  struct stat info = {};
  if (directory.empty() || ::stat(directory.c_str(), &info) == 0) return {};
  SUPPLY_TRY(make_private_directory(directory.parent_path()));
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return system_error("make directory", directory, errno);
  return {};
}

bool is_private_directory(const Path& directory) {
  struct stat info = {};
  return ::lstat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() &&
         (info.st_mode & 077) == 0;
}

}  // namespace supply::io
