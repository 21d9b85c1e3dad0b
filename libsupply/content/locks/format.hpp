// A kind of lock file. Each is one file in formats/; catalog and pins both use them.
#pragma once

#include <span>
#include <string_view>

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/locks/lock.hpp"

namespace supply::locks {

struct Format {
  std::string_view name;  ///< "requirements"
  /// Whether a file of this path is of this kind, by its name alone ('/' between components).
  bool (*matches)(std::string_view path);
  /// Errors: malformed (not text), limit_exceeded. What the format's own tool would refuse is an entry that says so.
  Result<LockFile> (*read)(std::string_view text);
};

/// All of them, by name.
std::span<const Format* const> all_formats();
/// The one that matches this path, or nullptr.
const Format* format_of(std::string_view path);

}  // namespace supply::locks
