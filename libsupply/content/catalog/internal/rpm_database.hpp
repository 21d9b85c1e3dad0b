// rpm's database of installed packages in its three forms: SQLite (rpm 4.16), ndb (SUSE) and Berkeley DB's hash. Pure
// functions from a database's bytes to headers of packages.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

/// Takes the bytes of one package's header; they live during the call.
using TakeRpmHeader = std::function<Status(std::string_view header)>;

/// "Packages.db" of rpm's own format. Source: rpm, lib/backend/ndb/rpmpkg.c.
/// Errors: malformed; those of `take`. What was read before is with `take`.
Status each_ndb_header(std::string_view bytes, const TakeRpmHeader& take);
/// "Packages" as a hash of Berkeley DB 4 to 6, of either byte order. Sources: rpm, lib/backend/bdb_ro.c; Berkeley DB,
/// src/dbinc/db_page.h. Errors: malformed, unsupported (encrypted, with checksums, another version); those of `take`.
Status each_bdb_header(std::string_view bytes, const TakeRpmHeader& take);
/// "rpmdb.sqlite". Source: rpm, lib/backend/sqlite.c. Errors: malformed, limit_exceeded; those of `take`.
Status each_sqlite_header(std::string bytes, const TakeRpmHeader& take);

/// Whether a file's first bytes are those of one of the three forms.
bool is_rpm_database(std::string_view head);

/// What a scan keeps of a database: reduced headers, and what could not be read.
struct RpmRecord {
  std::vector<std::string_view> headers;  ///< for RpmHeader::parse
  std::string_view failure;               ///< why the database was not read to its end, or empty
  std::string_view damaged;               ///< why the first of the headers that could not be read was not, or empty
  std::size_t damaged_count = 0;
};
/// The record of a file's bytes. `complete` is false when `bytes` are only its first ones.
std::string to_rpm_record(std::string bytes, bool complete);
/// Views into `record`. Errors: malformed, when it is none.
Result<RpmRecord> parse_rpm_record(std::string_view record);

}  // namespace supply::catalog
