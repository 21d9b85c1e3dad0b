// What a TUF client keeps between runs: a directory that is its owner's alone, locked as long as the object lives, so
// that what is read in it belongs together and no two processes write at once. Nothing in it is believed: the client
// checks it again each time. One thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/io/lock.hpp"

namespace supply::tuf {

class Cache {
 public:
  /// Waits for the lock. Errors: not_found (no such directory, or no root.json in it), forbidden (it is a link, another
  /// user's, or others may look into it), unavailable (another process has it for longer than `patience`).
  static Result<Cache> open(const io::Path& directory, std::chrono::milliseconds patience);
  /// The same, made new around a trusted root; what was there before is replaced.
  static Result<Cache> create(const io::Path& directory, std::string_view root, std::chrono::milliseconds patience);

  /// The bytes of a role's file, nothing when it is not there or has more than `limit`. Errors: those of reading.
  Result<std::optional<std::string>> load(std::string_view role, std::size_t limit) const;
  Status store(std::string_view role, std::string_view bytes);
  /// Nothing there is fine.
  Status remove(std::string_view role);

  /// Roots that were trusted on the way to the present one, so that the way can be gone again.
  Result<std::optional<std::string>> load_root(std::uint64_t version, std::size_t limit) const;
  Status store_root(std::uint64_t version, std::string_view bytes);

 private:
  Cache(io::Path directory, io::FileLock lock) : directory_(std::move(directory)), lock_(std::move(lock)) {}
  static Result<Cache> lock(const io::Path& directory, std::chrono::milliseconds patience);
  io::Path directory_;
  io::FileLock lock_;
};

}  // namespace supply::tuf
