// What the files of a TUF repository say. Immutable values, made by parse(), which checks form alone; any thread.
// Source: TUF specification 1.0, section 4.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/time/time.hpp"
#include "libsupply/trust/tuf/key.hpp"

namespace supply::tuf {

/// What every file has.
struct Signed {
  std::string message;  ///< canonical JSON of the part that is signed
  std::vector<Signature> signatures;
  std::uint64_t version = 0;
  Time expires;
};

/// What one file says of another. Without length and hashes where the repository leaves them out.
struct FileInfo {
  std::uint64_t version = 0;  ///< 0: of a target, which has none
  std::optional<std::uint64_t> length;
  std::map<std::string, std::string> hashes;  ///< raw, by the algorithm's name

  /// Whether `bytes` are the file: length, and every hash whose algorithm is known (sha256, sha512), if there are any.
  /// Errors: mismatch; unsupported, when there are hashes and none is of a known algorithm.
  Status check(std::string_view bytes) const;
};

struct Root : Signed {
  bool consistent_snapshot = false;
  Keys keys;
  Role root, timestamp, snapshot, targets;
  static Result<Root> parse(std::string_view text);
};

struct Timestamp : Signed {
  FileInfo snapshot;
  static Result<Timestamp> parse(std::string_view text);
};

struct Snapshot : Signed {
  std::map<std::string, FileInfo, std::less<>> files;  ///< "targets.json", "ROLE.json"
  static Result<Snapshot> parse(std::string_view text);
};

struct Delegation {
  std::string name;
  Role role;
  bool terminating = false;
  std::vector<std::string> paths, path_hash_prefixes;  ///< one of them

  /// Whether the role may speak for the target. Takes its steps from `left`. Errors: limit_exceeded.
  Result<bool> covers(std::string_view path, std::uint64_t& left) const;
};

/// Delegation to 2^bits roles, each for the paths whose hash starts with its number.
/// Source: specification, section 4.5, "succinct_roles".
struct HashBins {
  Role role;
  unsigned bits = 0;  ///< 1 to 32
  std::string prefix;

  std::string name_for(std::string_view path) const;
};

struct Targets : Signed {
  std::map<std::string, FileInfo, std::less<>> targets;  ///< by target path; each has a length and a hash
  Keys keys;                                             ///< of delegated roles
  std::vector<Delegation> delegations;                   ///< in their order, which is that of the search
  std::optional<HashBins> bins;                          ///< instead of `delegations`
  static Result<Targets> parse(std::string_view text);
};

// parse() of each: strict JSON of its `_type` and of specification 1.x, whatever else is in it. Errors: malformed (also
// a key id that signs twice, a role name that no file could have), limit_exceeded.

}  // namespace supply::tuf
