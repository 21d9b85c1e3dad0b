#include "libsupply/base/io/journal.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>

#include "libsupply/base/io/file_descriptor.hpp"
#include "libsupply/base/io/lock.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::io {

Result<std::string> append_line(const Path& path, std::string_view line, std::size_t limit) {
  if (line.size() > limit)
    return Error(ErrorCode::limit_exceeded,
                 quote(path.string()) + ": a line of more than " + std::to_string(limit) + " bytes");
  SUPPLY_TRY(const FileLock lock, FileLock::take(path.string() + ".lock", std::chrono::seconds(10)));
  std::string before;
  if (io::exists(path)) {
    SUPPLY_TRY(before, read_file(path, limit));
  }
  // A line that was cut, by a crash, is nobody's.
  const std::size_t end = before.rfind('\n');
  std::string last;
  if (end != std::string::npos) {
    const std::size_t begin = end == 0 ? std::string::npos : before.rfind('\n', end - 1);
    last =
        before.substr(begin == std::string::npos ? 0 : begin + 1, begin == std::string::npos ? end : end - begin - 1);
  }
  std::string added(line);
  if (!before.empty() && !before.ends_with('\n')) added.insert(0, "\n");
  if (before.size() + added.size() > limit) {
    if (::rename(path.c_str(), (path.string() + ".1").c_str()) != 0) return system_error("cannot rename", path, errno);
    added = line;
  }
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file) return system_error("cannot write", path, errno);
  SUPPLY_TRY(write_all(file.get(), path, added));
  return last;
}

}  // namespace supply::io
