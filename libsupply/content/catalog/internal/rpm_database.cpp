#include "libsupply/content/catalog/internal/rpm_database.hpp"

#include "libsupply/base/sqlite/sqlite.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/rpm_header.hpp"

namespace supply::catalog {
namespace {

// What a scan may spend on a database is in proportion to its bytes: an image may have many.
constexpr std::uint64_t kStepsOfSmall = 20'000, kBytesPerStep = 8;

// Source: file(1)'s magic for Berkeley DB: 0x00061561 at 12, in either byte order.
bool is_bdb_hash(std::string_view head) {
  if (head.size() < 16) return false;
  const std::string_view magic = head.substr(12, 4);
  return magic == std::string_view("\x61\x15\x06\x00", 4) || magic == std::string_view("\x00\x06\x15\x61", 4);
}

Status each_header(std::string bytes, const TakeRpmHeader& take) {
  if (sqlite::is_database(bytes)) return each_sqlite_header(std::move(bytes), take);
  if (bytes.starts_with("RpmP")) return each_ndb_header(bytes, take);
  if (is_bdb_hash(bytes)) return each_bdb_header(bytes, take);
  return Error(ErrorCode::malformed, "no database of rpm");
}

// A record is parts, each with its length before it: "5 12345". The first three are RpmRecord's other members.
void add_part(std::string_view part, std::string& record) {
  record += std::to_string(part.size()) + " ";
  record += part;
}

Result<std::string_view> take_part(std::string_view& record) {
  std::size_t size = 0, digits = 0;
  while (digits < record.size() && digits < 12 && record[digits] >= '0' && record[digits] <= '9')
    size = 10 * size + static_cast<std::size_t>(record[digits++] - '0');
  if (digits == 0 || digits >= record.size() || record[digits] != ' ' || size > record.size() - digits - 1)
    return Error(ErrorCode::malformed, "no record of an rpm database");
  const std::string_view part = record.substr(digits + 1, size);
  record.remove_prefix(digits + 1 + size);
  return part;
}

}  // namespace

bool is_rpm_database(std::string_view head) {
  return sqlite::is_database(head) || head.starts_with("RpmP") || is_bdb_hash(head);
}

Status each_sqlite_header(std::string bytes, const TakeRpmHeader& take) {
  const std::size_t size = bytes.size();
  Budget budget(Budget::Amounts{0, 0, 0, 0, kStepsOfSmall + size / kBytesPerStep});
  Share share(budget);
  SUPPLY_TRY(sqlite::Database database, sqlite::Database::open(std::move(bytes), share).at("rpm's database (SQLite)"));
  if (!database.has_table("Packages"))
    return Error(ErrorCode::malformed, "rpm's database (SQLite): no table of packages");
  SUPPLY_TRY(sqlite::Query query,
             database.prepare("SELECT blob FROM Packages NOT INDEXED").at("rpm's database (SQLite)"));
  std::size_t read = 0;
  while (true) {
    SUPPLY_TRY(const bool row, query.step().at("rpm's database (SQLite)"));
    if (!row) return {};
    const std::string_view header = query.blob(0);
    read += header.size();
    if (read > size) return Error(ErrorCode::malformed, "rpm's database (SQLite): more packages than bytes");
    SUPPLY_TRY(take(header));
  }
}

std::string to_rpm_record(std::string bytes, bool complete) {
  std::string headers, damaged;
  std::size_t damaged_count = 0;
  const TakeRpmHeader take = [&](std::string_view header) -> Status {
    const auto parsed = RpmHeader::parse(header);
    if (parsed && !parsed->string(RpmTag::name).empty()) {
      add_part(parsed->reduced(), headers);
      return {};
    }
    if (damaged_count++ == 0) damaged = parsed ? "a header without a name" : parsed.error().message();
    return {};
  };
  std::string failure;
  if (!complete) {
    failure = "more than " + std::to_string(bytes.size()) + " bytes";
  } else if (const Status read = each_header(std::move(bytes), take); !read) {
    failure = read.error().message();
  }
  std::string out;
  add_part(failure, out);
  add_part(damaged, out);
  add_part(std::to_string(damaged_count), out);
  return out + headers;
}

Result<RpmRecord> parse_rpm_record(std::string_view record) {
  RpmRecord out;
  SUPPLY_TRY(out.failure, take_part(record));
  SUPPLY_TRY(out.damaged, take_part(record));
  SUPPLY_TRY(const std::string_view count, take_part(record));
  for (const char c : count.substr(0, 12))
    out.damaged_count = 10 * out.damaged_count + static_cast<unsigned char>(c - '0');
  while (!record.empty()) {
    SUPPLY_TRY(const std::string_view header, take_part(record));
    out.headers.push_back(header);
  }
  return out;
}

}  // namespace supply::catalog
