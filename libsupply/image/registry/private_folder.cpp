#include "libsupply/image/registry/private_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libsupply/base/io/file_descriptor.hpp"

namespace supply::registry {

Status make_private_folder(const io::Path& folder) {
  struct stat info = {};
  if (folder.empty() || ::stat(folder.c_str(), &info) == 0) return {};
  SUPPLY_TRY(make_private_folder(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return io::system_error("make folder", folder, errno);
  return {};
}

bool is_private_folder(const io::Path& folder) {
  struct stat info = {};
  return ::lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() &&
         (info.st_mode & 077) == 0;
}

}  // namespace supply::registry
