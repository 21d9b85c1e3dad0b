#include "libsupply/base/sqlite/sqlite.hpp"

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "libsupply/base/limits/document_limits.hpp"

using namespace supply;

namespace {

// The bytes of a database that SQLite makes of statements.
std::string make(const std::string& statements) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(":memory:", &db) == SQLITE_OK);
  char* message = nullptr;
  const int code = sqlite3_exec(db, statements.c_str(), nullptr, nullptr, &message);
  INFO(statements << (message == nullptr ? "" : message));
  REQUIRE(code == SQLITE_OK);
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(db, "main", &size, 0);
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  sqlite3_free(bytes);
  sqlite3_close(db);
  return out;
}

const std::string kThree =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, data BLOB);"
    "INSERT INTO t VALUES(1, 'one', x'0001ff'), (2, 'zwei', NULL), (9000000000, '', zeroblob(70000));";

struct Opened {
  Budget budget;
  Share share{budget};
  std::optional<Result<sqlite::Database>> result;
  explicit Opened(std::string bytes, const sqlite::DatabaseLimits& limits = {}) {
    result.emplace(sqlite::Database::open(std::move(bytes), share, limits));
  }
  sqlite::Database& database() {
    if (!*result) FAIL(result->error().message());
    return **result;
  }
  std::string refusal(const std::string& sql) {
    auto query = database().prepare(sql);
    if (!query) return query.error().message();
    while (true) {
      const auto row = query->step();
      if (!row) return row.error().message();
      if (!*row) return "";
    }
  }
};

}  // namespace

TEST_CASE("a database in memory gives the rows of a query") {
  Opened opened(make(kThree));
  CHECK(opened.database().has_table("T"));
  CHECK_FALSE(opened.database().has_table("u"));
  auto query = opened.database().prepare("SELECT id, name, data FROM t NOT INDEXED ORDER BY id");
  REQUIRE(query);
  REQUIRE(*query->step());
  CHECK(query->int64(0) == 1);
  CHECK(query->text(1) == "one");
  CHECK(query->blob(2) == std::string_view("\0\1\xff", 3));
  REQUIRE(*query->step());
  CHECK(query->text(1) == "zwei");
  CHECK(query->blob(2).empty());
  REQUIRE(*query->step());
  CHECK(query->int64(0) == 9'000'000'000);
  CHECK(query->blob(2).size() == 70'000);
  CHECK_FALSE(*query->step());
}

TEST_CASE("a database whose writer used a write-ahead log is read") {
  std::string bytes = make(kThree);
  bytes[18] = bytes[19] = 2;
  Opened opened(bytes);
  CHECK(opened.refusal("SELECT id FROM t").empty());
}

TEST_CASE("what is no database, or a damaged one, is malformed") {
  for (const std::string& bytes :
       {std::string(), std::string("SQLite format 3"), std::string("SQLite format 3\0", 16), std::string(4096, 'x'),
        std::string("SQLite format 3\0", 16) + std::string(84, '\0')}) {
    Opened opened(bytes);
    REQUIRE_FALSE(*opened.result);
    CHECK(opened.result->error().code() == ErrorCode::malformed);
  }
  std::string bytes = make(kThree);
  bytes.resize(4096 + 100);
  Opened cut(bytes);
  if (*cut.result) CHECK(cut.refusal("SELECT data FROM t") == "database disk image is malformed");
}

TEST_CASE("a query may only read plain tables") {
  Opened opened(make(kThree + "CREATE VIEW v AS SELECT * FROM t;"
                              "CREATE TABLE g(id INTEGER PRIMARY KEY, x AS (zeroblob(1000000)));"
                              "CREATE TABLE assets(class TEXT);"
                              "CREATE VIRTUAL TABLE f USING fts5(x);"));
  CHECK(opened.refusal("SELECT id, name FROM t WHERE id > 1 ORDER BY name").empty());
  CHECK(opened.refusal("SELECT class FROM assets").empty());
  for (const char* name : {"v", "g", "f"}) {
    CHECK_FALSE(opened.database().has_table(name));
    CHECK_FALSE(opened.refusal(std::string("SELECT x FROM ") + name).empty());
  }
  for (const char* sql : {"SELECT sql FROM sqlite_master", "SELECT zeroblob(10)", "SELECT hex(data) FROM t",
                          "INSERT INTO t VALUES(5, '', NULL)", "DELETE FROM t", "CREATE TABLE x(a)", "DROP TABLE t",
                          "ATTACH ':memory:' AS other", "PRAGMA page_size", "PRAGMA writable_schema = 1", "VACUUM",
                          "BEGIN", "EXPLAIN SELECT id FROM t", "", "SELECT nothing FROM t", "SELECT id FROM nothing",
                          "SELECT name FROM pragma_table_info('t')", "SELECT load_extension('x')",
                          "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"}) {
    INFO(sql);
    CHECK_FALSE(opened.refusal(sql).empty());
  }
}

TEST_CASE("a database, a value, the rows, the schema and a definition are read up to their limits") {
  const std::string bytes = make(kThree);
  const auto failure = [&](const sqlite::DatabaseLimits& limits, const std::string& of = {}) -> std::string {
    Opened opened(of.empty() ? bytes : of, limits);
    if (!*opened.result) {
      CHECK(opened.result->error().code() == ErrorCode::limit_exceeded);
      return opened.result->error().message();
    }
    return opened.refusal("SELECT data FROM t");
  };
  CHECK(sqlite::DatabaseLimits().bytes == kMaxSqliteBytes);
  CHECK(failure({.bytes = bytes.size()}).empty());
  CHECK(failure({.bytes = bytes.size() - 1}) ==
        "a database of more than " + std::to_string(bytes.size() - 1) + " bytes");
  CHECK(sqlite::DatabaseLimits().value_bytes == kMaxSqliteValueBytes);
  CHECK(failure({.value_bytes = 70'100}).empty());
  CHECK(failure({.value_bytes = 69'999}) == "a value or a definition is longer than is read");
  CHECK(sqlite::DatabaseLimits().rows == kMaxSqliteRows);
  CHECK(failure({.rows = 3}).empty());
  CHECK(failure({.rows = 2}) == "more than 2 rows");
  CHECK(sqlite::DatabaseLimits().schema_entries == kMaxSqliteSchemaEntries);
  std::string many = kThree;
  for (int i = 0; i < 300; ++i) many += "CREATE TABLE t" + std::to_string(i) + "(a);";
  const std::string wide = make(many);
  CHECK(failure({.schema_entries = 301}, wide).empty());
  CHECK(failure({.schema_entries = 50}, wide) == "more than 50 tables and indexes");
  CHECK(sqlite::DatabaseLimits().sql_bytes == kMaxSqliteSqlBytes);
  // SQLite says of a definition that is too long that the schema is malformed.
  const std::string long_name = make(kThree + "CREATE TABLE " + std::string(2000, 'x') + "(a);");
  CHECK(failure({.sql_bytes = 2100}, long_name).empty());
  CHECK_FALSE(*Opened(long_name, {.sql_bytes = 1900}).result);
  Opened opened(bytes, {.sql_bytes = 100});
  CHECK_FALSE(opened.refusal("SELECT id FROM t" + std::string(100, ' ')).empty());
}

TEST_CASE("a query that costs more than the budget has is ended") {
  std::string statements = "CREATE TABLE t(a);";
  for (int i = 0; i < 200; ++i) statements += "INSERT INTO t VALUES(" + std::to_string(i) + ");";
  Budget budget(Budget::Amounts{0, 0, 0, 0, 50'000});
  Share share(budget);
  auto database = sqlite::Database::open(make(statements), share);
  REQUIRE(database);
  // Eight million rows.
  auto query = database->prepare("SELECT x.a FROM t x, t y, t z WHERE x.a + y.a + z.a < 0");
  REQUIRE(query);
  const auto row = query->step();
  REQUIRE_FALSE(row);
  CHECK(row.error().code() == ErrorCode::limit_exceeded);
  CHECK_FALSE(query->step());
}
