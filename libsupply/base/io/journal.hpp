// A file that lines are added to, by several processes at once, and whose size has an end.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/io/file.hpp"

namespace supply::io {

/// Adds `line` (with its newline) to the end of the file, which is made if need be, under a lock on PATH.lock, which
/// stays. A file that would pass `limit` bytes becomes PATH.1 first, in place of an older one. Returns the last whole
/// line that was there before, without its newline; "" for none. Errors: limit_exceeded (a longer line; a file that is
/// larger than it can be), forbidden, unavailable, unsupported (no regular file).
Result<std::string> append_line(const Path& path, std::string_view line, std::size_t limit);

}  // namespace supply::io
