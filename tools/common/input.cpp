#include "tools/common/input.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::tools {

Result<std::string> read_input(const std::string& path, const std::string& option, std::size_t limit) {
  if (path != "-") {
    Result<std::string> bytes = io::read_file(path, limit);
    if (!bytes && bytes.error().code() == ErrorCode::not_found)
      return Error(ErrorCode::usage, option + ": " + quote(path) + ": no such file");
    if (!bytes && bytes.error().code() == ErrorCode::unsupported)
      return Error(ErrorCode::usage, option + ": " + bytes.error().message());
    return std::move(bytes).at(option);
  }
  std::string bytes;
  char buffer[64 * kKiB];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, stdin)) {
    bytes.append(buffer, count);
    if (bytes.size() > limit)
      return Error(ErrorCode::limit_exceeded,
                   option + ": standard input has more than " + std::to_string(limit) + " bytes");
  }
  if (std::ferror(stdin) != 0) return Error(ErrorCode::unavailable, option + ": standard input cannot be read");
  return bytes;
}

Result<std::size_t> StandardInput::read(std::span<char> into) {
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return Error(ErrorCode::unavailable, "standard input cannot be read");
  }
}

}  // namespace supply::tools
