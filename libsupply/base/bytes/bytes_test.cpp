#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "libsupply/base/bytes/base64.hpp"
#include "libsupply/base/bytes/digest.hpp"
#include "libsupply/base/bytes/hex.hpp"
#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/parallel.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/bytes/time.hpp"

using namespace supply;

namespace {

const std::string kEmptySha256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

}  // namespace

TEST_CASE("base64 agrees with the vectors of RFC 4648, section 10") {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(to_base64(bytes) == text);
    CHECK(*from_base64(text) == bytes);
  }
}

TEST_CASE("base64 is read in both alphabets, padded or not") {
  CHECK(*from_base64("-_-_") == *from_base64("+/+/"));
  CHECK(*from_base64("Zg") == "f");
  CHECK(*from_base64("Zm8") == "fo");
}

TEST_CASE("what is not base64 is malformed") {
  for (const char* text : {"Z", "Zg=", "Zg===", "Zm9v=", "Zh==", "Z g=", "Zm9v\n", "=", "====", "Zg==Zg==", "Zm9="}) {
    INFO(text);
    const auto bytes = from_base64(text);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("hex is written in lower case and read in either") {
  CHECK(to_hex(std::string("\x00\xff\x1a", 3)) == "00ff1a");
  CHECK(*from_hex("00FF1a") == std::string("\x00\xff\x1a", 3));
  CHECK_FALSE(from_hex("0"));
  CHECK_FALSE(from_hex("0g"));
}

TEST_CASE("a digest keeps its parts and reads back") {
  const auto digest = Digest::parse(kEmptySha256);
  REQUIRE(digest);
  CHECK(digest->algorithm() == "sha256");
  CHECK(digest->encoded().size() == 64);
  CHECK(digest->to_string() == kEmptySha256);
  CHECK(digest->verifiable());
  CHECK(*Digest::from_bytes("sha256", *from_hex(digest->encoded())) == *digest);
}

TEST_CASE("a digest that could leave its folder or has the wrong form is malformed") {
  for (const std::string& text :
       {std::string(), std::string("sha256"), std::string("sha256:"), std::string(":ab"),
        std::string("sha256:../../etc/passwd"), "sha256:" + std::string(63, 'a'), "sha256:" + std::string(65, 'a'),
        "sha256:" + std::string(64, 'A'), "sha256:" + std::string(64, 'g'), "SHA256:" + std::string(64, 'a'),
        "sha512:" + std::string(64, 'a'), "sha256:" + std::string(63, 'a') + "/",
        "sha256:" + std::string(64, 'a') + "\n", std::string("a..b:ab"), std::string("+a:ab"),
        "sha256 :" + std::string(64, 'a'), "x:" + std::string(kMaxDigestBytes, 'a')}) {
    INFO(text);
    const auto digest = Digest::parse(text);
    REQUIRE_FALSE(digest);
    CHECK(digest.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("a digest of an algorithm that nobody registered parses and cannot be verified") {
  const auto digest = Digest::parse("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8");
  REQUIRE(digest);
  CHECK(digest->algorithm() == "multihash+base58");
  CHECK_FALSE(digest->verifiable());
  CHECK_FALSE(Digest::parse("blake3:" + std::string(64, 'a'))->verifiable());
}

TEST_CASE("times read and write as RFC 3339") {
  CHECK(to_rfc3339(*parse_rfc3339("1985-04-12T23:20:50.52Z")) == "1985-04-12T23:20:50Z");
  CHECK(*parse_rfc3339("1996-12-19T16:39:57-08:00") == *parse_rfc3339("1996-12-20T00:39:57Z"));
  CHECK(to_rfc3339(*parse_epoch("0")) == "1970-01-01T00:00:00Z");
  CHECK(to_rfc3339(*parse_epoch("1640995200")) == "2022-01-01T00:00:00Z");
  CHECK(to_rfc3339(*parse_rfc3339("0001-01-01T00:00:00Z")) == "0001-01-01T00:00:00Z");
}

TEST_CASE("what is no time is malformed") {
  for (const char* text :
       {"", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00.Z"})
    CHECK_FALSE(parse_rfc3339(text));
  for (const char* text : {"", "-1", "1.5", "99999999999999999999", "253402300800", "x"})
    CHECK_FALSE(parse_epoch(text));
}

TEST_CASE("foreign text is quoted so that it cannot steer a terminal") {
  CHECK(quote("plain é") == "\"plain é\"");
  CHECK(quote("a\"b\\c") == R"("a\"b\\c")");
  CHECK(quote("\x1b[31m\xff\xc2\x9b") == R"("\x1b[31m\xff\xc2\x9b")");
  CHECK(quote(std::string(1000, 'x')).size() < 130);
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  CHECK(is_utf8("aé€😀"));
  for (const char* text : {"\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80", "\xf0\x80\x80\x80"})
    CHECK_FALSE(is_utf8(text));
}

TEST_CASE("text is cut at separators and lines") {
  CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(lines("a\r\nb\n") == std::vector<std::string_view>{"a", "b"});
  CHECK(lines("").empty());
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim(" \n").empty());
}

TEST_CASE("a glob matches within a component, and across them with two stars") {
  CHECK(glob_match("registry.example/*", "registry.example/app"));
  CHECK_FALSE(glob_match("registry.example/*", "registry.example/team/app"));
  CHECK(glob_match("registry.example/**", "registry.example/team/app"));
  CHECK(glob_match("**", ""));
  CHECK(glob_match("a?c", "abc"));
  CHECK_FALSE(glob_match("a?c", "a/c"));
  CHECK_FALSE(glob_match("abc", "abcd"));
  CHECK_FALSE(glob_match("", "a"));
  CHECK(glob_match("**/app", "x/y/app"));
  CHECK_FALSE(glob_match("registry.example/**", "registry.example.evil/app"));
}

TEST_CASE("a glob of many stars takes no exponential time") {
  const std::string text(5'000, 'a');
  CHECK_FALSE(glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

TEST_CASE("parallel jobs each run once") {
  std::vector<std::atomic<int>> ran(1'000);
  CHECK(parallel_for(ran.size(), 4, [&](std::size_t i) -> Status {
    ++ran[i];
    return {};
  }));
  for (const auto& count : ran) CHECK(count == 1);
  CHECK(parallel_for(0, 0, [](std::size_t) -> Status { return Error(ErrorCode::internal, "never"); }));
}

TEST_CASE("of several jobs that fail the lowest is reported, whatever the threads do") {
  for (int round = 0; round < 50; ++round) {
    const Status status = parallel_for(100, 4, [&](std::size_t i) -> Status {
      if (i == 10) std::this_thread::sleep_for(std::chrono::microseconds(200));
      if (i >= 10) return Error(ErrorCode::malformed, std::to_string(i));
      return {};
    });
    REQUIRE_FALSE(status);
    CHECK(status.error().message() == "10");
  }
}

TEST_CASE("an error tells the way it came") {
  const auto inner = []() -> Result<int> { return Error(ErrorCode::malformed, "missing Version"); };
  const auto outer = [&]() -> Result<int> {
    SUPPLY_TRY(const int value, inner().at("line 41"));
    return value;
  };
  const Result<int> result = outer().at("dpkg status");
  REQUIRE_FALSE(result);
  CHECK(result.error().message() == "dpkg status: line 41: missing Version");
  CHECK(to_string(result.error().code()) == "malformed");
}
