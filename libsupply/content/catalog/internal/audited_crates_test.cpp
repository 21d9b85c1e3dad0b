#include "libsupply/content/catalog/internal/audited_crates.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::catalog;
using namespace std::string_literals;

namespace {

// As cargo-auditable writes it of a program with a build script and a procedural macro.
constexpr std::string_view kList =
    R"({"packages":[{"name":"cc","version":"1.11.3","source":"crates.io","kind":"build"},)"
    R"({"name":"hello","version":"0.3.1","source":"local","dependencies":[0,2,3],"root":true},)"
    R"({"name":"itoa","version":"1.0.19","source":"crates.io"},)"
    R"({"name":"serde","version":"1.0.229","source":"crates.io","dependencies":[4]},)"
    R"({"name":"serde_core","version":"1.0.229","source":"crates.io","kind":"runtime"}],"format":1})";

// A zlib stream of blocks that are not compressed. Source: RFC 1950, RFC 1951 section 3.2.4.
std::string zlib(std::string_view text) {
  std::string out = "\x78\x01"s;
  std::uint32_t a = 1, b = 0;
  for (const char c : text) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  while (true) {
    const std::string_view block = text.substr(0, 1000);
    text.remove_prefix(block.size());
    out += text.empty() ? '\1' : '\0';
    const auto size = static_cast<unsigned>(block.size());
    for (const unsigned half : {size, ~size}) {
      out += static_cast<char>(half & 0xff);
      out += static_cast<char>(half >> 8 & 0xff);
    }
    out += block;
    if (text.empty()) break;
  }
  for (const std::uint32_t half : {b, a}) {
    out += static_cast<char>(half >> 8);
    out += static_cast<char>(half & 0xff);
  }
  return out;
}

std::optional<std::string> search_in(std::string_view program, std::size_t chunk,
                                     std::size_t limit = kMaxAuditedCratesBytes) {
  AuditedCratesSearch search(limit);
  for (std::size_t at = 0; at < program.size(); at += chunk) search.feed(program.substr(at, chunk));
  return search.finish();
}

Result<std::vector<pkg::Package>> read(const std::string& record) {
  Budget budget;
  Share share(budget);
  return audited_crates_from_record(record, share);
}

}  // namespace

TEST_CASE("the list of crates is found wherever a chunk ends, behind what begins like it") {
  const std::string other = zlib("other") + "\x78\x9c\x78\xda\x78"s + zlib(R"({"format":)").substr(0, 9);
  for (const std::string& before : {std::string(), std::string(5000, 'x'), other}) {
    const std::string program = before + zlib(kList) + "\x78" + std::string(3000, 'y');
    for (const std::size_t chunk :
         {std::size_t{1}, std::size_t{7}, std::size_t{511}, std::size_t{4096}, program.size()}) {
      INFO(before.size() << " " << chunk);
      CHECK(search_in(program, chunk) == "J" + std::string(kList));
    }
    CHECK(search_in(before + zlib(kList), 100) == "J" + std::string(kList));
  }
  CHECK_FALSE(search_in("", 1));
  CHECK_FALSE(search_in(std::string(10000, 'x'), 64));
  CHECK_FALSE(search_in(other, 64));
}

TEST_CASE("crates of the program are listed with what they depend on, those of its build are not") {
  const auto crates = read("J" + std::string(kList));
  REQUIRE(crates);
  REQUIRE(crates->size() == 4);
  CHECK((*crates)[0].purl.to_string() == "pkg:cargo/hello@0.3.1");
  CHECK((*crates)[0].depends == std::vector<std::string>{"pkg:cargo/itoa@1.0.19", "pkg:cargo/serde@1.0.229"});
  CHECK((*crates)[2].depends == std::vector<std::string>{"pkg:cargo/serde_core@1.0.229"});
  CHECK((*crates)[3].name == "serde_core");
  CHECK((*crates)[3].version == "1.0.229");
}

TEST_CASE("a list that is cut off, changed or over its limit is said") {
  const std::string stream = zlib(kList);
  const auto cut = search_in(stream.substr(0, stream.size() - 3), 50);
  REQUIRE(cut);
  CHECK(read(*cut).error().code() == ErrorCode::malformed);
  std::string changed = stream;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  CHECK(read(*search_in(changed, 50)).error().code() == ErrorCode::malformed);
  // kMaxAuditedCratesBytes, made small.
  CHECK(search_in(stream, 50, kList.size()) == "J" + std::string(kList));
  const auto large = search_in(stream, 50, kList.size() - 1);
  REQUIRE(large);
  CHECK_THAT(read(*large).error().message(), Catch::Contains("more bytes than are read"));
  CHECK_FALSE(read(""));
  CHECK_FALSE(read("J{}"));
  CHECK_FALSE(read("J[]"));
  CHECK_FALSE(read(R"(J{"packages":[{"name":"x","version":"1","dependencies":[1]}]})"));
  CHECK_FALSE(read(R"(J{"packages":[{"name":"x"}]})"));
  CHECK_FALSE(read(R"(J{"packages":[1]})"));
}

TEST_CASE("the crates of a program that cargo-auditable built are those that cargo says are in it") {
  const std::string stream = testing::read(testing::testdata("catalog/rust/dep-v0"));
  const auto record = search_in("\x7f\x45LF" + std::string(1000, '\0') + stream + std::string(1000, '\0'), 100);
  REQUIRE(record);
  const auto crates = read(*record);
  REQUIRE(crates);
  std::string listed;
  for (const pkg::Package& crate : *crates) listed += crate.name + " v" + crate.version + "\n";
  CHECK(listed == testing::read(testing::testdata("catalog/rust/cargo-tree.txt")));
}
