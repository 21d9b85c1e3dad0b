// Files and directories: read with a limit, written by rename so that nobody ever sees half of one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/io/stream.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::io {

using Path = std::filesystem::path;

/// How a file is found whose name may come from outside: `no` refuses a symbolic link as the last component.
enum class FollowLinks { no, yes };

/// Takes a pipe that the process was started with too (`--key <(…)`, /dev/stdin), /dev/null and a terminal. Errors:
/// not_found, forbidden, limit_exceeded, unsupported (a directory, another pipe or device), unavailable; each names the
/// path.
Result<std::string> read_file(const Path& path, std::size_t limit);
/// A stream over a regular file. Errors: not_found, forbidden, unsupported (a directory, a device, a
/// link that is refused), unavailable.
Result<std::unique_ptr<Source>> open_file(const Path& path, FollowLinks follow = FollowLinks::yes);
/// The size of a regular file; not_found when there is none (with FollowLinks::no, also for a link).
Result<std::uint64_t> file_size(const Path& path, FollowLinks follow = FollowLinks::yes);
bool exists(const Path& path);
/// A text that is another when the file or directory has changed or become another: its number, size and time of
/// change.
/// "-" for nothing. Two changes within one tick of the system's clock can look the same.
std::string change_mark(const Path& path);
/// The names in a directory, sorted by byte, without "." and "..". Errors: not_found, forbidden,
/// limit_exceeded.
Result<std::vector<std::string>> list_directory(const Path& path, std::size_t limit = kMaxDirectoryEntries);
/// Makes the directory and its parents. Errors: forbidden, unavailable.
Status make_directories(const Path& path);

/// Who may read a file that is written.
enum class FileMode { everyone, owner };
/// What happens when the file is there already.
enum class Existing { replace, refuse };

/// Writes the whole file: a temporary one beside it, fsync, rename (or link, for `refuse`), fsync of the directory. A
/// symbolic link is written through, and a device or pipe is written to. Errors: forbidden, unavailable; usage when
/// `refuse` finds the file.
Status write_file(const Path& path, std::string_view bytes, FileMode mode = FileMode::everyone,
                  Existing existing = Existing::replace);

}  // namespace supply::io
