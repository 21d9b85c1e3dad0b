// SQLite databases that somebody else wrote, read from bytes in memory. The only user of sqlite3. Nothing of the
// database's own is run: no extension, trigger, view, virtual table or generated column; nothing is written, attached
// or kept in files. A rollback journal or write-ahead log beside the file is not part of the bytes: callers look for
// it. Source: https://sqlite.org/security.html, "Untrusted SQLite Database Files"; https://sqlite.org/fileformat2.html.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::sqlite {

/// The defaults are the limits of base/limits/limits.hpp; a test makes them small.
struct DatabaseLimits {
  std::size_t bytes = kMaxSqliteBytes;
  std::size_t value_bytes = kMaxSqliteValueBytes;
  std::size_t rows = kMaxSqliteRows;
  std::size_t schema_entries = kMaxSqliteSchemaEntries;
  std::size_t sql_bytes = kMaxSqliteSqlBytes;
};

/// Whether the bytes begin as a database of SQLite 3 does.
bool is_database(std::string_view head);

/// The rows that a query gives, one after the other. Must not outlive its database. One thread.
class Query {
 public:
  Query(Query&&) noexcept;
  ~Query();
  /// Whether there is a row; false after the last. Errors: malformed (the database is damaged), limit_exceeded (more
  /// rows or longer values than the limits allow, or the share).
  Result<bool> step();
  /// Of the current row, by column from 0; a value of another type is converted as SQLite does. Views live until the
  /// next step().
  std::int64_t int64(int column) const;
  std::string_view blob(int column) const;
  std::string_view text(int column) const;

 private:
  friend class Database;
  struct Impl;
  explicit Query(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Movable only. One thread; several databases do not disturb each other.
class Database {
 public:
  /// What is read draws its steps from `share`, which must outlive the database.
  /// Errors: malformed (no database, or a damaged one), limit_exceeded.
  static Result<Database> open(std::string bytes, Share& share, const DatabaseLimits& limits = {});
  Database(Database&&) noexcept;
  ~Database();

  /// Whether there is a plain table of that name: what a query may read. A table with a generated column is none.
  bool has_table(std::string_view name) const;
  /// A SELECT of plain tables, without functions. With NOT INDEXED a table's own rows are read, not what an index says
  /// of them. Errors: malformed (no such table or column, what is not allowed, a damaged database), limit_exceeded.
  Result<Query> prepare(std::string_view sql);

 private:
  friend class Query;
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace supply::sqlite
