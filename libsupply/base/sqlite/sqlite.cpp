#include "libsupply/base/sqlite/sqlite.hpp"

#include <sqlite3.h>

#include <optional>
#include <set>

#include "libsupply/base/c_object/c_object.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sqlite {
namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);
// Instructions of SQLite's virtual machine between two looks at the budget; an instruction is a step.
constexpr int kInstructionsPerCheck = 200;
// Of the schema's reading: each entry is a row with five columns.
constexpr std::uint64_t kInstructionsPerEntry = 20;
constexpr std::uint64_t kBytesPerStep = 16;

using DatabasePtr = std::unique_ptr<sqlite3, Deleter<sqlite3_close_v2>>;
using StatementPtr = std::unique_ptr<sqlite3_stmt, Deleter<sqlite3_finalize>>;

// Whether the word AS is in a CREATE TABLE: it begins a generated column, or is part of an expression.
bool may_compute(std::string_view sql) {
  const std::string lower = to_lower(sql);
  const auto is_word = [](char c) { return is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; };
  for (std::size_t at = lower.find("as"); at != std::string::npos; at = lower.find("as", at + 1)) {
    if (at > 0 && is_word(lower[at - 1])) continue;
    if (at + 2 < lower.size() && is_word(lower[at + 2])) continue;
    return true;
  }
  return false;
}

}  // namespace

struct Database::Impl {
  Impl(std::string content, Share& drawn_from, const DatabaseLimits& limit)
      : bytes(std::move(content)), share(drawn_from), limits(limit) {}

  std::string bytes;  // outlives `handle`, which reads it
  Share& share;
  DatabaseLimits limits;
  DatabasePtr handle;
  std::set<std::string, std::less<>> tables;  // plain ones, in lower case: SQLite's names have no case
  bool reads_schema = true;                   // what SQLite asks is for its schema
  std::uint64_t schema_steps = 0;
  std::optional<Error> refused;  // by the budget

  Error failure(int code);
  Status harden();
  Status read_tables();
  Status spend(std::uint64_t steps);
  int progress();
  int authorize(int action, const char* first, const char* database, const char* view) const;
};

struct Query::Impl {
  Database::Impl& database;
  StatementPtr statement;
  std::size_t rows = 0;
};

bool is_database(std::string_view head) { return head.starts_with(kMagic); }

Error Database::Impl::failure(int code) {
  if (refused) return *refused;
  const std::string message = handle != nullptr ? sqlite3_errmsg(handle.get()) : sqlite3_errstr(code);
  const int primary = code & 0xff;
  if (primary == SQLITE_TOOBIG)
    return Error(ErrorCode::limit_exceeded, "a value or a definition is longer than is read");
  if (primary == SQLITE_NOMEM) return Error(ErrorCode::limit_exceeded, "memory for the database is used up");
  return Error(ErrorCode::malformed, escape_for_terminal(message));
}

Status Database::Impl::spend(std::uint64_t steps) {
  if (refused) return *refused;
  if (Status spent = share.spend(Cost::steps, steps); !spent) refused = std::move(spent).error();
  return refused ? Status(*refused) : Status();
}

// SQLite's progress handler: not 0 interrupts.
int Database::Impl::progress() {
  if (reads_schema) {
    schema_steps += kInstructionsPerCheck;
    if (schema_steps > 2 * kInstructionsPerCheck + kInstructionsPerEntry * limits.schema_entries && !refused)
      refused = Error(ErrorCode::limit_exceeded,
                      "more than " + std::to_string(limits.schema_entries) + " tables and indexes");
  }
  return spend(kInstructionsPerCheck) ? 0 : 1;
}

int Database::Impl::authorize(int action, const char* first, const char* database, const char* view) const {
  if (action == SQLITE_SELECT) return SQLITE_OK;
  if (action != SQLITE_READ || first == nullptr || view != nullptr) return SQLITE_DENY;
  if (database != nullptr && std::string_view(database) != "main") return SQLITE_DENY;
  const std::string table = to_lower(first);
  if (reads_schema) return table == "sqlite_master" ? SQLITE_OK : SQLITE_DENY;
  return tables.contains(table) ? SQLITE_OK : SQLITE_DENY;
}

// Source: https://sqlite.org/security.html.
Status Database::Impl::harden() {
  sqlite3* db = handle.get();
  constexpr std::pair<int, int> kSwitches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
      {SQLITE_DBCONFIG_ENABLE_FKEY, 0},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
      {SQLITE_DBCONFIG_DQS_DML, 0},
      {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
  };
  for (const auto& [what, value] : kSwitches)
    if (const int code = sqlite3_db_config(db, what, value, nullptr); code != SQLITE_OK) return failure(code);
  // Each only needs the connection, not the database.
  constexpr const char* kPragmas =
      "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA query_only=ON;";
  if (const int code = sqlite3_exec(db, kPragmas, nullptr, nullptr, nullptr); code != SQLITE_OK) return failure(code);
  // The bytes themselves are the pages. Deserializing attaches, which is no longer allowed after it.
  auto* data = reinterpret_cast<unsigned char*>(bytes.data());
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  if (const int code = sqlite3_deserialize(db, "main", data, size, size, SQLITE_DESERIALIZE_READONLY);
      code != SQLITE_OK)
    return failure(code);
  const std::pair<int, std::size_t> bounds[] = {
      {SQLITE_LIMIT_LENGTH, limits.value_bytes},
      {SQLITE_LIMIT_SQL_LENGTH, limits.sql_bytes},
      {SQLITE_LIMIT_COLUMN, 200},
      {SQLITE_LIMIT_EXPR_DEPTH, 30},
      {SQLITE_LIMIT_COMPOUND_SELECT, 3},
      {SQLITE_LIMIT_VDBE_OP, 50'000},
      {SQLITE_LIMIT_FUNCTION_ARG, 8},
      {SQLITE_LIMIT_ATTACHED, 0},
      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 10},
      {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
      {SQLITE_LIMIT_WORKER_THREADS, 0},
  };
  for (const auto& [what, value] : bounds) sqlite3_limit(db, what, static_cast<int>(value));
  sqlite3_progress_handler(
      db, kInstructionsPerCheck, [](void* self) { return static_cast<Impl*>(self)->progress(); }, this);
  const auto authorizer = [](void* self, int action, const char* first, const char*, const char* database,
                             const char* view) {
    return static_cast<const Impl*>(self)->authorize(action, first, database, view);
  };
  if (const int code = sqlite3_set_authorizer(db, authorizer, this); code != SQLITE_OK) return failure(code);
  return {};
}

Status Database::Impl::read_tables() {
  sqlite3_stmt* raw = nullptr;
  const int prepared = sqlite3_prepare_v2(
      handle.get(), "SELECT name, sql, rootpage FROM sqlite_master WHERE type = 'table'", -1, &raw, nullptr);
  const StatementPtr statement(raw);
  if (prepared != SQLITE_OK) return failure(prepared);
  while (true) {
    const int code = sqlite3_step(raw);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return failure(code);
    const auto column = [&](int at) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, at));
      return text == nullptr ? std::string_view() : std::string_view(text, sqlite3_column_bytes(raw, at));
    };
    // A virtual table has no root page. Source: https://sqlite.org/schematab.html.
    if (sqlite3_column_int64(raw, 2) > 0 && !may_compute(column(1))) tables.insert(to_lower(column(0)));
  }
  reads_schema = false;
  return {};
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(std::string bytes, Share& share, const DatabaseLimits& limits) {
  if (bytes.size() > limits.bytes)
    return Error(ErrorCode::limit_exceeded, "a database of more than " + std::to_string(limits.bytes) + " bytes");
  // The header alone has 100 bytes. Source: fileformat2.html 1.3.
  if (!is_database(bytes) || bytes.size() < 100) return Error(ErrorCode::malformed, "no SQLite database");
  // Of a database whose last writer used a write-ahead log; SQLite has no place for a log in memory.
  bytes[18] = bytes[19] = 1;
  auto impl = std::make_unique<Impl>(std::move(bytes), share, limits);
  sqlite3* raw = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_MEMORY;
  const int opened = sqlite3_open_v2(":memory:", &raw, kFlags, nullptr);
  impl->handle.reset(raw);
  if (opened != SQLITE_OK) return impl->failure(opened);
  SUPPLY_TRY(impl->harden());
  SUPPLY_TRY(impl->read_tables());
  return Database(std::move(impl));
}

bool Database::has_table(std::string_view name) const { return impl_->tables.contains(to_lower(name)); }

Result<Query> Database::prepare(std::string_view sql) {
  if (sql.size() > impl_->limits.sql_bytes) return Error(ErrorCode::limit_exceeded, "a query is longer than is read");
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(impl_->handle.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  StatementPtr statement(raw);
  if (code != SQLITE_OK) return impl_->failure(code);
  if (statement == nullptr || sqlite3_stmt_readonly(raw) == 0 || sqlite3_stmt_isexplain(raw) != 0)
    return Error(ErrorCode::malformed, "no SELECT");
  return Query(std::make_unique<Query::Impl>(Query::Impl{*impl_, std::move(statement)}));
}

Query::Query(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Query::Query(Query&&) noexcept = default;
Query::~Query() = default;

Result<bool> Query::step() {
  Database::Impl& database = impl_->database;
  const int code = sqlite3_step(impl_->statement.get());
  if (code == SQLITE_DONE) return false;
  if (code != SQLITE_ROW) return database.failure(code);
  if (++impl_->rows > database.limits.rows)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(database.limits.rows) + " rows");
  std::uint64_t bytes = 0;
  for (int i = 0; i < sqlite3_column_count(impl_->statement.get()); ++i) {
    const int type = sqlite3_column_type(impl_->statement.get(), i);
    if (type == SQLITE_BLOB || type == SQLITE_TEXT)
      bytes += static_cast<std::uint64_t>(sqlite3_column_bytes(impl_->statement.get(), i));
  }
  SUPPLY_TRY(database.spend(1 + bytes / kBytesPerStep));
  return true;
}

std::int64_t Query::int64(int column) const { return sqlite3_column_int64(impl_->statement.get(), column); }

std::string_view Query::blob(int column) const {
  const void* data = sqlite3_column_blob(impl_->statement.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(impl_->statement.get(), column))};
}

std::string_view Query::text(int column) const {
  const unsigned char* data = sqlite3_column_text(impl_->statement.get(), column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(impl_->statement.get(), column))};
}

}  // namespace supply::sqlite
