// A client of The Update Framework (TUF): brings the metadata of a repository up to date from a root that is trusted,
// and gives target files that it signs. One thread. Source: TUF specification 1.0, section 5.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/trust/tuf/cache.hpp"
#include "libsupply/trust/tuf/metadata.hpp"
#include "libsupply/trust/tuf/mirror.hpp"

namespace supply::tuf {

struct ClientOptions {
  Time now;                  ///< the time of this update; what expires at it has expired
  Mirror* mirror = nullptr;  ///< without one nothing is fetched: all must be in the cache, and hold
  /// A root that is trusted by itself: then the cache's root counts only as far as the way from this one to it is in
  /// the cache and holds. Empty: root.json in the cache is trusted, as Cache::create() was told.
  std::string_view bootstrap = {};
};

struct TargetFile {
  FileInfo info;
  std::string role;  ///< that signed it: "targets", or a delegated one
};

class Client {
 public:
  /// `cache` and the mirror must outlive the client. It reads nothing yet.
  Client(Cache& cache, const ClientOptions& options) : cache_(cache), options_(options) {}

  /// Sections 5.1 to 5.6: root, timestamp, snapshot, targets. What was accepted before an error stays accepted, and in
  /// the cache. Errors: mismatch (signatures, versions, hashes, an attack), unavailable (expired: an answer with a
  /// newer one would do; nothing in the cache), malformed, limit_exceeded, and those of mirror and cache; each names
  /// the file.
  Status refresh();

  /// Section 5.6.7, after refresh(): the first role in the order of delegations that lists the path. Errors: not_found
  /// (none lists it), limit_exceeded (more than kMaxTufRolesVisited roles), and those of refresh().
  Result<TargetFile> find(std::string_view path);
  /// Section 5.7: the bytes of a target, which are those that were signed. Errors: mismatch, and those of the mirror;
  /// malformed, for a path that is no relative path.
  Result<std::string> fetch(std::string_view path, const TargetFile& target);

  // After refresh().
  const Root& root() const { return *root_; }
  const Timestamp& timestamp() const { return *timestamp_; }
  const Snapshot& snapshot() const { return *snapshot_; }
  const Targets& targets() const { return *targets_; }

 private:
  Status load_trusted_root();
  Status update_root();
  Status update_timestamp();
  Status update_snapshot();
  Result<Targets> update_targets(const std::string& name, const Role& role, const Keys& keys);

  Result<bool> accept_root(Root next);
  Result<std::string> fetch_metadata(std::string_view name, std::size_t limit);
  std::string versioned(std::uint64_t version, std::string_view role) const;
  Status not_expired(const Signed& file, std::string_view what) const;

  Cache& cache_;
  ClientOptions options_;
  std::optional<Root> root_;
  std::optional<Timestamp> timestamp_;
  std::optional<Snapshot> snapshot_;
  std::optional<Targets> targets_;
};

}  // namespace supply::tuf
