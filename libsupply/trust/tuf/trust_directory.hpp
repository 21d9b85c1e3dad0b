// The directory in which one TUF repository is followed: which one it is, its metadata (a Cache), and target files as
// they were when they were signed. Made by init(), filled by update(), read by cached_target(). Any thread; processes
// lock it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::tuf {

inline constexpr std::chrono::milliseconds kTrustDirectoryPatience{30'000};

/// Which repository.
struct Repository {
  std::string mirror;       ///< address of the metadata
  std::string targets;      ///< address of the targets
  bool is_built_in = true;  ///< its root follows from the one that came with the program; else it was given by init()
};

struct Update {
  Repository repository;
  std::uint64_t root = 0, timestamp = 0, snapshot = 0, targets = 0;  ///< versions
  Time expires;                                                      ///< the earliest of theirs
  struct File {
    std::string name, sha256, path;
    std::size_t bytes = 0;
    bool changed = false;  ///< it was fetched; else what was there already is the file
  };
  std::vector<File> files;          ///< in the order that was asked
  std::vector<std::string> absent;  ///< of the optional ones, those that no role lists
};

struct CachedTarget {
  Repository repository;
  std::string bytes;
  Time expires;
  std::uint64_t root = 0, timestamp = 0;
};

/// Begins to follow a repository; what was followed there before is forgotten. `root` is its trusted root, whose own
/// signatures must hold; with `is_built_in`, it is the program's. Errors: malformed, mismatch, and those of Cache.
Status init(const io::Path& directory, const Repository& repository, std::string_view root);

struct UpdateRequest {
  Time now;
  std::string_view built_in_root;     ///< the root that came with the program
  std::vector<std::string> wanted;    ///< target paths that must be there
  std::vector<std::string> optional;  ///< that are taken if they are there
  std::string targets_url = {};       ///< this time; empty: what init() was told
};
/// Brings metadata up to date and fetches the targets that changed. Errors: not_found (nothing was begun here), and
/// those of Client.
Result<Update> update(const io::Path& directory, http::Client& client, const UpdateRequest& request);

/// A target as the cache has it, from metadata that hold at `now`, without a network. Errors: not_found (nothing was
/// begun here, or it was never fetched), unavailable (expired), mismatch, and those of Client.
Result<CachedTarget> cached_target(const io::Path& directory, std::string_view path, Time now,
                                   std::string_view built_in_root);
/// What init() was told. Errors: not_found, malformed, forbidden.
Result<Repository> followed(const io::Path& directory);

}  // namespace supply::tuf
