#include "libsupply/base/toml/toml.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace supply;
using toml::Document;

namespace {

std::string json_of(std::string_view text) {
  auto document = Document::parse(text);
  return document ? document->root().dump() : std::string(to_string(document.error().code()));
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("TOML becomes the JSON value that the specification's examples mean") {
  CHECK(json_of("a = 1\n[b.c]\nd = \"x\"\n[[e]]\nf = [1.5, true]\n[[e]]\n") ==
        R"({"a":1,"b":{"c":{"d":"x"}},"e":[{"f":[1.5,true]},{}]})");
  CHECK(json_of("a.b.\"c.d\" = 'x'\n") == R"({"a":{"b":{"c.d":"x"}}})");
  CHECK(json_of("d = 1979-05-27T07:32:00Z\nl = 1979-05-27\n") == R"({"d":"1979-05-27T07:32:00Z","l":"1979-05-27"})");
  CHECK(json_of("") == "{}");
}

TEST_CASE("what is no TOML is malformed and names its line") {
  CHECK(Document::parse("a = 1\nb = \n").error().message().starts_with("line 2"));
  for (const char* text : {"a = 1\na = 2\n", "[a]\n[a]\n", "a", "\xff", "a = \"x", "a = \"\\q\"", "a = 00\n"})
    CHECK(json_of(text) == "malformed");
}

TEST_CASE("tables and arrays know their lines") {
  const auto document = Document::parse("x = 1\n\n[[p]]\nn = 'a'\n\n[[p]]\nn = 'b'\n[p.d]\n");
  REQUIRE(document);
  CHECK(document->line_of("/p/0") == 3);
  CHECK(document->line_of("/p/1") == 6);
  CHECK(document->line_of("/p/1/n") == 6);
  CHECK(document->line_of("/p/1/d") == 8);
  CHECK(document->line_of("/none") == 1);
}

TEST_CASE("TOML has limits of bytes, depth and values") {
  CHECK(toml::ParseLimits{}.bytes == kMaxTomlBytes);
  CHECK(toml::ParseLimits{}.values == kMaxTomlValues);
  CHECK(json_of("a = " + repeated("[", kMaxTomlDepth) + repeated("]", kMaxTomlDepth)) != "limit_exceeded");
  CHECK(json_of("a = " + repeated("[", kMaxTomlDepth + 1)) == "limit_exceeded");
  CHECK(json_of(repeated("a.", kMaxTomlDepth - 1) + "a = 1") != "limit_exceeded");
  CHECK(json_of(repeated("a.", kMaxTomlDepth) + "a = 1") == "limit_exceeded");
  CHECK(json_of("[" + repeated("a.", 100'000) + "a]") == "limit_exceeded");
  CHECK(json_of("a = {" + repeated("b . ", 100'000) + "c = 1}") == "limit_exceeded");
  CHECK(json_of("a = '" + repeated(".", 1'000) + "' # " + repeated("[.", 1'000)) != "limit_exceeded");
  CHECK(Document::parse("a=1", {.bytes = 3}));
  CHECK(Document::parse("a=1\n", {.bytes = 3}).error().code() == ErrorCode::limit_exceeded);
  CHECK(Document::parse("a=1", {.values = 2}));
  CHECK(Document::parse("a=1\nb=2", {.values = 2}).error().code() == ErrorCode::limit_exceeded);
}
