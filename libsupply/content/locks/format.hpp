// A kind of lock file. Each is one file in formats/.
#pragma once

#include <span>
#include <string_view>

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/locks/lock.hpp"

namespace supply::locks {

struct Format {
  std::string_view name;  ///< "cargo"
  /// Whether a file of this path is of this kind, by its name alone ('/' between components).
  bool (*matches)(std::string_view path);
  /// Errors: malformed ("line 7: …"), unsupported (a version of the format that is not known), limit_exceeded.
  Result<LockFile> (*read)(std::string_view text);
};

/// All of them, by name.
std::span<const Format* const> all_formats();
/// The one that matches this path, or nullptr.
const Format* format_of(std::string_view path);
/// What format.read gives of a text of at most kMaxLockFileBytes. Errors: those of Format::read.
Result<LockFile> read_lock(const Format& format, std::string_view text);

}  // namespace supply::locks
