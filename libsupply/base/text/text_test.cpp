#include "libsupply/base/text/text.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text_style.hpp"

using namespace supply;

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

TEST_CASE("foreign text is quoted so that it cannot steer a terminal") {
  CHECK(quote("plain é") == "\"plain é\"");
  CHECK(quote("a\"b\\c") == R"("a\"b\\c")");
  CHECK(quote("\x1b[31m\xff\xc2\x9b") == R"("\x1b[31m\xff\xc2\x9b")");
  CHECK(quote(std::string(1000, 'x')).size() < 130);
  CHECK(quote("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHs") == "\"-----BEGIN ENCRYPTED PRIVATE KEY-----…\"");
}

TEST_CASE("what nobody sees, ends a line or turns its direction is escaped") {
  const std::vector<std::pair<char32_t, char32_t>> hidden{{0, 0x1f},        {0x7f, 0x9f},     {0x61c, 0x61c},
                                                          {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
                                                          {0xfeff, 0xfeff}, {0xfffe, 0xffff}};
  const auto utf8 = [](char32_t c) {
    std::string out;
    if (c < 0x80) return std::string(1, static_cast<char>(c));
    if (c < 0x800) out += static_cast<char>(0xc0 | (c >> 6));
    else {
      out += static_cast<char>(0xe0 | (c >> 12));
      out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    }
    return out + static_cast<char>(0x80 | (c & 0x3f));
  };
  for (char32_t c = 0; c < 0x10000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    const bool want = std::any_of(hidden.begin(), hidden.end(),
                                  [&](const auto& each) { return c >= each.first && c <= each.second; });
    const std::string text = utf8(c), shown = escape_for_terminal(text);
    if ((shown != text) != want) FAIL_CHECK(static_cast<std::uint32_t>(c));
    if (want && shown.size() != 4 * text.size()) FAIL_CHECK(static_cast<std::uint32_t>(c));
  }
}

TEST_CASE("foreign text brings no command to a CI system that reads the log") {
  CHECK(escape_for_terminal("::error::x") == "\\x3a:error::x");
  CHECK(escape_for_terminal(" \t::error::x") == "  \\x3a:error::x");
  CHECK(escape_for_terminal("std::x") == "std::x");
  CHECK(escape_for_terminal("a ##[error]b") == "a \\x23#[error]b");
  CHECK(escape_for_terminal("##vso[x]###teamcity[") == "\\x23#vso[x]#\\x23#teamcity[");
  CHECK(quote("##[x]") == "\"\\x23#[x]\"");
  CHECK(escape_for_terminal("# ## a ##a") == "# ## a ##a");
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  CHECK(is_utf8("aé€😀"));
  for (const char* text : {"\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80", "\xf0\x80\x80\x80"})
    CHECK_FALSE(is_utf8(text));
}

TEST_CASE("a text of digits has one or more and nothing else") {
  CHECK(is_digits("0"));
  CHECK(is_digits("0123456789"));
  for (const char* text : {"", "-1", "1 ", "1.0", "a", "\xd9\xa1"}) CHECK_FALSE(is_digits(text));
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

TEST_CASE("text is coloured, and digests are whole, only where the style says so") {
  CHECK(colored("denied", Color::bad, {}) == "denied");
  CHECK(colored("denied", Color::bad, {.color = true}) == "\x1b[1;31mdenied\x1b[0m");
  CHECK(colored("", Color::good, {.color = true}).empty());
  const std::string digest = "sha256:" + std::string(64, 'a');
  CHECK(short_digest(digest, {}) == "sha256:aaaaaaaaaaaa");
  CHECK(short_digest(digest, {.verbose = true}) == digest);
  CHECK(short_digest("none", {}) == "none");
}

TEST_CASE("an integer is read in the order of its bytes") {
  CHECK(read_integer("\x01\x02\xff", std::endian::big) == 0x0102ff);
  CHECK(read_integer("\x01\x02\xff", std::endian::little) == 0xff0201);
  CHECK(read_integer(std::string(8, '\xff'), std::endian::little) == ~std::uint64_t{0});
  CHECK(read_integer("", std::endian::big) == 0);
}
