// A kind of lock file. Each is one file in formats/.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/locks/lock.hpp"

namespace supply::locks {

/// A file that asks for packages, of which a lock file says which ones they are.
struct Manifest {
  std::string_view name;  ///< "Cargo.toml"; "*.csproj" is any name that ends so
  /// Whether one of this text asks for any; true also where it cannot be read. nullptr: each does.
  bool (*declares)(std::string_view text) = nullptr;
};

struct Format {
  std::string_view name;  ///< "cargo"
  /// Whether a file of this path is of this kind, by its name alone ('/' between components).
  bool (*matches)(std::string_view path);
  /// Errors: malformed ("line 7: …"), unsupported (a version of the format that is not known), limit_exceeded.
  Result<LockFile> (*read)(std::string_view text);
  std::span<const Manifest> manifests = {};  ///< that it fixes
  /// A directory below that of the manifest, in which the file is; empty: it lies beside it, or above.
  std::string_view below = {};
  bool of_build = false;  ///< it says what builds the project uses, nothing of what the project needs
};

/// All of them, by name.
std::span<const Format* const> all_formats();
/// The one that matches this path, or nullptr.
const Format* format_of(std::string_view path);
/// What format.read gives of a text of at most kMaxLockFileBytes. Errors: those of Format::read.
Result<LockFile> read_lock(const Format& format, std::string_view text);

/// Whether a file of this path is some format's manifest.
bool is_manifest(std::string_view path);
/// The formats that could fix what a manifest asks for, by name; none: it asks for nothing, or is no manifest.
std::vector<std::string_view> locks_wanted_by(std::string_view path, std::string_view text);

}  // namespace supply::locks
