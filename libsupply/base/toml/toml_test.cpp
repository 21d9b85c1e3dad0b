#include "libsupply/base/toml/toml.hpp"

#include <catch2/catch.hpp>
#include <cmath>
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

std::string place(std::string_view text, const Document& document, std::string_view pointer) {
  const TextSpan at = document.place_of(pointer);
  return std::to_string(at.line) + ":" + std::string(text.substr(at.begin, at.end - at.begin));
}

}  // namespace

TEST_CASE("TOML becomes the JSON value that the specification's examples mean") {
  CHECK(json_of("a = 1\n[b.c]\nd = \"x\"\n[[e]]\nf = [1.5, true]\n[[e]]\n") ==
        R"({"a":1,"b":{"c":{"d":"x"}},"e":[{"f":[1.5,true]},{}]})");
  CHECK(json_of("a.b.\"c.d\" = 'x'\n") == R"({"a":{"b":{"c.d":"x"}}})");
  CHECK(json_of("d = 1979-05-27T07:32:00Z\nl = 1979-05-27\n") == R"({"d":"1979-05-27T07:32:00Z","l":"1979-05-27"})");
  CHECK(json_of("t = { x = 1, y.z = 2, y.w = [ { } ] }") == R"({"t":{"x":1,"y":{"w":[{}],"z":2}}})");
  CHECK(json_of("a = [ # one\n 1,\r\n 2, # two\n]") == R"({"a":[1,2]})");
  CHECK(json_of("3.14 = 1\n\"\" = 2\n") == R"({"":2,"3":{"14":1}})");
  CHECK(json_of("\xef\xbb\xbf"
                "a = 1") == R"({"a":1})");
  CHECK(json_of("") == "{}");
}

TEST_CASE("TOML's strings are read in their four kinds") {
  CHECK(json_of(R"(a = "\b\t\n\f\r\"\\\u00e9\U0001F600")") ==
        "{\"a\":\"\\b\\t\\n\\f\\r\\\"\\\\\xc3\xa9\xf0\x9f\x98\x80\"}");
  CHECK(json_of("a = '\\n'") == R"({"a":"\\n"})");
  CHECK(json_of("a = \"\"\"\r\nx\r\n\\\n  \n y\"\"\"") == R"({"a":"x\ny"})");
  CHECK(json_of("a = \"\"\"\"\"x\"\"\"\"\"") == R"({"a":"\"\"x\"\""})");
  CHECK(json_of("a = '''\n''x'''''") == R"({"a":"''x''"})");
  for (const char* text :
       {"a = \"\\e\"", "a = \"\\x41\"", "a = \"\\ud800\"", "a = \"\\U00110000\"", "a = \"\\u12\"", "a = \"x\ny\"",
        "a = \"\x01\"", "a = '\x7f'", "a = \"\"\"x\ry\"\"\"", "a = \"\"\"x\\ y\"\"\"", "a = \"\"\"x", "a = '''x''",
        "a = \"\"\"x\"\"\"\"\"\"", "\"\"\"a\"\"\" = 1", "# \x02\n", "# x\r"})
    CHECK(json_of(text) == "malformed");
}

TEST_CASE("TOML's numbers are read in all their forms") {
  CHECK(json_of("a = [+1_000, -0, 0xdead_BEEF, 0o17, 0b1_0, 9223372036854775807, -9223372036854775808]") ==
        R"({"a":[1000,0,3735928559,15,2,9223372036854775807,-9223372036854775808]})");
  CHECK(json_of("a = [1.0, -0.5e-1_0, 6e2, 1e+06, 1e400, 1e-400]") == R"({"a":[1.0,-5e-11,600.0,1000000.0,null,0.0]})");
  const auto special = Document::parse("a = [inf, +inf, -inf, nan, -nan]");
  REQUIRE(special);
  CHECK(std::isinf(special->root()["a"][0].get<double>()));
  CHECK(special->root()["a"][2].get<double>() < 0);
  CHECK(std::isnan(special->root()["a"][4].get<double>()));
  for (const char* text : {"00",
                           "01",
                           "-01",
                           "1_",
                           "_1",
                           "1__0",
                           "+0x1",
                           "0x",
                           "0xg",
                           "0X1",
                           "0b2",
                           "0o8",
                           "1.",
                           ".5",
                           "1.e5",
                           "1e",
                           "01.5",
                           "1_.5",
                           "1._5",
                           "1e_5",
                           "Inf",
                           "+nan_",
                           "9223372036854775808",
                           "0xffffffffffffffff",
                           "1 2",
                           "True"})
    CHECK(json_of("a = " + std::string(text)) == "malformed");
}

TEST_CASE("TOML's dates and times are the text that was written, when there is such a day and time") {
  for (const char* text : {"1979-05-27T07:32:00-07:00", "1979-05-27t07:32:00.999999z", "1979-05-27 07:32:00Z",
                           "1979-05-27T07:32:00", "2024-02-29", "23:59:60", "00:32:00.5", "0000-01-01"})
    CHECK(json_of("a = " + std::string(text) + " # x") == "{\"a\":\"" + std::string(text) + "\"}");
  for (const char* text : {"2023-02-29",
                           "1900-02-29",
                           "2023-13-01",
                           "2023-00-01",
                           "2023-04-31",
                           "2023-1-1",
                           "24:00:00",
                           "00:60:00",
                           "00:00:61",
                           "00:00",
                           "1979-05-27T",
                           "1979-05-27T07:32",
                           "07:32:00Z",
                           "07:32:00.",
                           "1979-05-27  07:32:00",
                           "1979-05-27T07:32:00+24:00",
                           "1979-05-27T07:32:00+0700",
                           "1979-05-27x07:32:00",
                           "1979-05-27T07:32:00Zx",
                           "11979-05-27"})
    CHECK(json_of("a = " + std::string(text)) == "malformed");
}

TEST_CASE("what is no TOML is malformed and names its line") {
  CHECK(Document::parse("a = 1\nb = \n").error().message().starts_with("line 2"));
  CHECK(Document::parse("a = 1\n\nb = \"\"\"\n\n").error().message().starts_with("line 3"));
  for (const char* text : {"a = 1\na = 2\n",
                           "[a]\n[a]\n",
                           "a",
                           "\xff",
                           "a = \"x",
                           "a = \"\\q\"",
                           "a = 00\n",
                           "= 1",
                           "a = 1 b = 2",
                           "[a",
                           "[a]]",
                           "[[a]",
                           "[ [a]]",
                           "[]",
                           "[a.]",
                           "[.a]",
                           "a. = 1",
                           "a b = 1",
                           "[a] b = 1",
                           "a = {b = 1,}",
                           "a = {b = 1\n}",
                           "a = {,}",
                           "a = [1 2]",
                           "a = [,]",
                           "a = [1",
                           "a\n= 1",
                           "\xc3\xa9 = 1",
                           "a = 1\r",
                           "[*.b]",
                           "a = \xe3\x80\x80 1",
                           "\xef\xbb\xbf\xef\xbb\xbf"})
    CHECK(json_of(text) == "malformed");
}

// TOML 1.0.0, "Keys", "Table", "Inline Table", "Array of Tables".
TEST_CASE("TOML's tables are added to only as the specification allows") {
  for (const char* text : {"a.b = 1\na.c = 2", "[a.b]\n[a]", "[a]\nb.c = 1\n[a.b.d]", "[[a]]\n[a.b]\n[[a]]\n[a.b]",
                           "[a.b]\nx = 1\n[a]\nc = 1", "[[a.b]]\n[a]", "[a]\nb.c = 1\n[[a.b.d]]",
                           "[a.b.c]\n[a]\nb.x = 1", "[[a]]\n[[a.b]]\n[[a.b]]\n[[a]]\n[[a.b]]"})
    CHECK(json_of(text) != "malformed");
  for (const char* text : {"a = 1\na.b = 2",
                           "a.b = 1\na = 2",
                           "a = {b = 1}\na.c = 2",
                           "a = {b = 1}\n[a.c]",
                           "a = []\n[[a]]",
                           "a = [{}]\n[a.b]",
                           "[[a]]\n[a]",
                           "[a]\n[[a]]",
                           "[a.b]\n[[a]]",
                           "[a]\nb.c = 1\n[a.b]",
                           "a.b = 1\n[a]",
                           "[a.b]\n[a]\nb.c = 1",
                           "[[a.b]]\n[a]\nb.c = 1",
                           "[a]\nb.c = 1\n[x]\n[a.b]",
                           "a = {b = {}, b.c = 1}",
                           "a = {b.c = 1, b = 2}",
                           "a = {b = 1, b = 2}",
                           "[a.b.c]\nz = 9\n[a]\nb.c.t = 1",
                           "a = 1\n[a.b]",
                           "[[a]]\nb = 1\n[a.b]",
                           "\"a\" = 1\na = 2",
                           "[a.b]\n[a]\n[a]",
                           "[a]\nb.c = 1\n[[a.b]]",
                           "[x.a]\n[x]\na.b = 1\n"})
    CHECK(json_of(text) == "malformed");
}

TEST_CASE("every value of a TOML document knows its place") {
  const std::string text =
      "x = 1\n\n[[p]]\nn = 'a'\n\n[[p]]\nn = 'b'\n[p.d]\ne = [ 1,\n 22 ]\n[q]\nr.s = 1\n\"/~\" = 2";
  const auto document = Document::parse(text);
  REQUIRE(document);
  CHECK(place(text, *document, "/x") == "1:x = 1");
  CHECK(place(text, *document, "/p/0") == "3:[[p]]\nn = 'a'\n\n");
  CHECK(place(text, *document, "/p/1") == "6:[[p]]\nn = 'b'\n[p.d]\ne = [ 1,\n 22 ]\n");
  CHECK(place(text, *document, "/p/1/n") == "7:n = 'b'");
  CHECK(place(text, *document, "/p/1/d") == "8:[p.d]\ne = [ 1,\n 22 ]\n");
  CHECK(place(text, *document, "/p/1/d/e/1") == "10:22");
  CHECK(place(text, *document, "/p/1/d/e/2") == "9:e = [ 1,\n 22 ]");
  CHECK(place(text, *document, "/q/r/s") == "12:r.s = 1");
  CHECK(place(text, *document, "/q/~1~0") == "13:\"/~\" = 2");
  CHECK(place(text, *document, "") == "1:" + text);
  CHECK(document->place_of("/none").line == 1);
}

TEST_CASE("TOML has limits of bytes, depth and values") {
  CHECK(toml::ParseLimits{}.bytes == kMaxTomlBytes);
  CHECK(toml::ParseLimits{}.values == kMaxTomlValues);
  CHECK(json_of("a = " + repeated("[", kMaxTomlDepth) + repeated("]", kMaxTomlDepth)).starts_with("{"));
  CHECK(json_of("a = " + repeated("[", kMaxTomlDepth + 1)) == "limit_exceeded");
  CHECK(json_of("[a.b]\nc = " + repeated("{d=", kMaxTomlDepth - 3) + "1" + repeated("}", kMaxTomlDepth - 3))
            .starts_with("{"));
  CHECK(json_of("[a.b]\nc = " + repeated("{d=", kMaxTomlDepth - 2) + "1") == "limit_exceeded");
  CHECK(json_of(repeated("a.", kMaxTomlDepth - 1) + "a = 1").starts_with("{"));
  CHECK(json_of(repeated("a.", kMaxTomlDepth) + "a = 1") == "limit_exceeded");
  CHECK(json_of("[" + repeated("a.", 100'000) + "a]") == "limit_exceeded");
  CHECK(json_of("a = {" + repeated("b . ", 100'000) + "c = 1}") == "limit_exceeded");
  CHECK(json_of("a = '" + repeated(".", 1'000) + "' # " + repeated("[.", 1'000)).starts_with("{"));
  CHECK(Document::parse("a=1", {.bytes = 3}));
  CHECK(Document::parse("a=1\n", {.bytes = 3}).error().code() == ErrorCode::limit_exceeded);
  CHECK(Document::parse("a=1", {.values = 1}));
  CHECK(Document::parse("a=1\nb=2", {.values = 1}).error().code() == ErrorCode::limit_exceeded);
  CHECK(Document::parse("[[a]]\nb=1", {.values = 3}));
  CHECK(Document::parse("[[a]]\nb=1", {.values = 2}).error().code() == ErrorCode::limit_exceeded);
}
