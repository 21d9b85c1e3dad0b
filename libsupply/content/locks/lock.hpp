// What a lock file says: packages as it names them, what holds them, where they come from, and which needs which. No
// opinion is in it: who asks judges. A value, made by a format (format.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/text/text_span.hpp"
#include "libsupply/content/pkg/package.hpp"

namespace supply::locks {

/// A hash that the file gives for what an entry comes as. One entry may come as several files, each with its own.
struct IntegrityValue {
  std::string algorithm;  ///< "sha256", "sha512", "sha1", "md5" …; "h1" of Go, "yarn" of Yarn's own cache archives
  std::string value;      ///< of the first kinds lower-case hexadecimal digits, of the others as written
  friend auto operator<=>(const IntegrityValue&, const IntegrityValue&) = default;
};

/// Where an entry comes from.
enum class SourceKind : std::uint8_t { unknown, registry, git, url, path };
std::string_view to_string(SourceKind kind);  ///< the view is of static storage

using Span = TextSpan;

struct LockEntry {
  pkg::Purl purl;             ///< empty for what no purl can name: a path or an address without a name
  std::string name, version;  ///< as the ecosystem writes them; no version where the file fixes none
  std::string range;          ///< what is wanted, where no version is fixed; else empty
  std::vector<IntegrityValue> integrity;
  std::string resolved;  ///< the address or path that the file gives, credentials masked; may be empty
  SourceKind source = SourceKind::unknown;
  std::string commit;  ///< of git: as written, perhaps a branch or shortened
  pkg::Scope scope = pkg::Scope::unknown;
  bool project = false;              ///< what the lock is for, not what it locks
  std::vector<std::size_t> depends;  ///< indices of entries of this file, sorted
  Span span;
};

/// A part of the file that could not be read as an entry: what is listed is not all.
struct UnreadPart {
  std::size_t line = 0;
  std::string reason;
};

/// Another file that belongs to it, relative to its directory, as written.
struct IncludedFile {
  std::size_t line = 0;
  std::string path;
};

struct LockFile {
  std::vector<LockEntry> entries;  ///< in the file's order
  std::vector<UnreadPart> unread;
  std::vector<IncludedFile> includes;
  /// Whether the entries are the packages. go.sum lists hashes of versions that were only looked at too.
  bool lists_packages = true;
};

}  // namespace supply::locks
