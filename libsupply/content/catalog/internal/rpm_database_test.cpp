#include "libsupply/content/catalog/internal/rpm_database.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/rpm_headers_for_tests.hpp"
#include "libsupply/testing/child.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using catalog::RpmHeader;
using catalog::RpmTag;
using catalog::testing::HeaderMaker;
using catalog::testing::make_ndb;

namespace {

std::string header(std::string_view name, std::size_t files = 0) {
  HeaderMaker maker;
  maker.identity(name, "1", "2", "noarch");
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < files; ++i) paths.push_back("/usr/share/" + std::string(name) + "/" + std::to_string(i));
  return maker.files(paths).bytes();
}

// "a b c", and why there are no more.
std::string names(std::string bytes) {
  const std::string record = catalog::to_rpm_record(std::move(bytes), true);
  const auto parsed = catalog::parse_rpm_record(record);
  REQUIRE(parsed);
  std::string out;
  for (const std::string_view one : parsed->headers)
    out += std::string(RpmHeader::parse(one)->string(RpmTag::name)) + " ";
  if (parsed->damaged_count > 0) out += std::to_string(parsed->damaged_count) + " " + std::string(parsed->damaged);
  return out + std::string(parsed->failure);
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

// What Berkeley DB's own tool makes of the headers.
std::string make_bdb(const std::vector<std::string>& headers, int order, int page_bytes = 4096) {
  const testing::TempDirectory directory;
  const auto number = order == 1234 ? catalog::testing::little_endian : catalog::testing::big_endian;
  std::string text = "VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=" + std::to_string(page_bytes) +
                     "\ndb_lorder=" + std::to_string(order) + "\nHEADER=END\n " + hex(number(0)) + "\n " +
                     hex(number(static_cast<std::uint32_t>(headers.size()))) + "\n";
  for (std::size_t i = 0; i < headers.size(); ++i)
    text += " " + hex(number(static_cast<std::uint32_t>(i + 1))) + "\n " + hex(headers[i]) + "\n";
  testing::write(directory / "text", text + "DATA=END\n");
  testing::run({"db5.3_load", "-f", directory / "text", directory / "Packages"});
  return testing::read(directory / "Packages");
}

}  // namespace

TEST_CASE("packages are read from rpm's own format") {
  CHECK(names(make_ndb({})).empty());
  CHECK(names(make_ndb({header("a"), header("b", 3000), header("c")})) == "a b c ");
  std::vector<std::string> many;
  for (int i = 0; i < 3000; ++i) many.push_back(header("p" + std::to_string(i)));
  const std::string record = catalog::to_rpm_record(make_ndb(many), true);
  CHECK(catalog::parse_rpm_record(record)->headers.size() == 3000);
}

TEST_CASE("a header that is damaged is counted, and the others are read") {
  CHECK(names(make_ndb({header("a"), "damaged!", header("c"), HeaderMaker().bytes()})) ==
        "a c 2 a header whose size is not what it says");
}

TEST_CASE("packages are read from hashes of Berkeley DB of either byte order") {
  if (!testing::needs("db5.3_load")) return;
  std::vector<std::string> many = {header("big", 20'000), header("small")};
  for (int i = 0; i < 3000; ++i) many.push_back(header("p" + std::to_string(i), static_cast<std::size_t>(i) % 90));
  for (const int order : {1234, 4321}) {
    for (const int page_bytes : {512, 4096, 65536}) {
      const std::string record = catalog::to_rpm_record(make_bdb(many, order, page_bytes), true);
      const auto parsed = catalog::parse_rpm_record(record);
      REQUIRE(parsed);
      CHECK(parsed->failure.empty());
      CHECK(parsed->damaged_count == 0);
      std::vector<std::string> wanted = many, got(parsed->headers.begin(), parsed->headers.end());
      for (std::string& one : wanted) one = RpmHeader::parse(one)->reduced();
      std::sort(wanted.begin(), wanted.end());
      std::sort(got.begin(), got.end());
      CHECK(wanted == got);
    }
  }
}

TEST_CASE("a damaged database of rpm is said, and what was read before the damage is there") {
  const std::string good = make_ndb({header("a"), header("b")});
  CHECK_THAT(names(good.substr(0, 4000)), Catch::Contains("no header"));
  CHECK_THAT(names(good.substr(0, good.size() - 16)), Catch::Contains("a package beyond its end"));
  std::string other = good;
  other[4] = 7;
  CHECK_THAT(names(other), Catch::Contains("version 7"));
  other = good;
  other[32] = 'x';
  CHECK_THAT(names(other), Catch::Contains("a slot without its mark"));
  other = good;
  other.replace(other.rfind("BlbS"), 4, "none");
  CHECK(names(other) == "a rpm's database (ndb): a slot of another package");
  CHECK(names("x") == "no database of rpm");
  CHECK_THAT(names(std::string("SQLite format 3\0", 16)), Catch::Contains("no SQLite database"));
  // A file over the limit, kMaxRpmDatabaseBytes, is not read in part.
  const std::string record = catalog::to_rpm_record(good, false);
  const auto cut = catalog::parse_rpm_record(record);
  CHECK(cut->headers.empty());
  CHECK(cut->failure == "more than " + std::to_string(good.size()) + " bytes");
}

TEST_CASE("hashes of Berkeley DB with any byte changed are read, or refused, to an end") {
  if (!testing::needs("db5.3_load")) return;
  const std::string good = make_bdb({header("a"), header("b", 100), header("c")}, 1234, 512);
  CHECK(names(good).size() == 6);
  std::size_t said = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string other = good;
    other[at] = static_cast<char>(~other[at]);
    if (names(other).size() > 6) ++said;
  }
  CHECK(said > 50);
  // A page that leads to itself.
  std::string loop = good;
  for (std::size_t page = 512; page < loop.size(); page += 512)
    if (loop[page + 25] == 7) loop.replace(page + 16, 4, loop.substr(page + 8, 4));
  CHECK_THAT(names(loop), Catch::Contains("is used twice"));
}

TEST_CASE("what is no record is malformed") {
  for (const std::string& record :
       {std::string("5 abc"), std::string("x"), std::string("0 0 "), std::string("99999999999999 ")})
    CHECK_FALSE(catalog::parse_rpm_record(record));
}
