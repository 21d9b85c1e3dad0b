#include "libsupply/base/json/json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/escape_hidden.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/limits/document_limits.hpp"

using namespace supply;

namespace {

Error refused(std::string_view text, const json::Limits& limits = {}) {
  const Result<json::Value> value = json::parse(text, limits);
  REQUIRE_FALSE(value);
  return value.error();
}

}  // namespace

TEST_CASE("JSON of every type is read") {
  const auto value =
      json::parse(R"( {"s":"é\u0041","n":-3,"u":18446744073709551615,"f":1.5,"b":true,"z":null,"a":[1,[]]} )");
  REQUIRE(value);
  CHECK((*value)["s"] == "éA");
  CHECK((*value)["n"] == -3);
  CHECK((*value)["u"] == 18446744073709551615ULL);
  CHECK((*value)["a"][1].empty());
  CHECK(json::to_text(*value) == R"({"a":[1,[]],"b":true,"f":1.5,"n":-3,"s":"éA","u":18446744073709551615,"z":null})");
}

TEST_CASE("deeply nested values are all kept in their places") {
  const auto value = json::parse(R"({"a":{"b":[{"c":1},{"d":{"e":[2,3]}}],"f":4},"g":[5]})");
  REQUIRE(value);
  CHECK(json::to_text(*value) == R"({"a":{"b":[{"c":1},{"d":{"e":[2,3]}}],"f":4},"g":[5]})");
}

TEST_CASE("a duplicate key is malformed and named with its place") {
  const Error error = refused("{\"a\":1,\n \"b\":{\"x\":1, \"x\":2}}");
  CHECK(error.code() == ErrorCode::malformed);
  CHECK(error.message().find("line 2 column") != std::string::npos);
  CHECK(error.message().find("duplicate key \"x\"") != std::string::npos);
}

TEST_CASE("what RFC 8259 does not allow is malformed") {
  for (const char* text : {"", " ", "{", "[1,]", "{\"a\":1,}", "{'a':1}", "[01]", "[1] x", "[NaN]", "// c\n1",
                           "\"\x01\"", "\"\xff\"", "\"\\ud800\"", "[1e999]", "[+1]", "{\"a\" 1}"})
    CHECK(refused(text).code() == ErrorCode::malformed);
}

TEST_CASE("a byte order mark is malformed") {
  const auto value = supply::json::parse("\xef\xbb\xbf{}");
  REQUIRE_FALSE(value);
  CHECK(value.error().code() == supply::ErrorCode::malformed);
}

TEST_CASE("what is behind a NUL is not passed over") {
  using namespace std::string_literals;
  for (const std::string& text : {"{}\0"s, "{}\0x"s, "{} \0 {}"s, "1\0"s, "\0{}"s, "{\"a\":1\0}"s, "{\"a\0\":1}"s})
    CHECK(json::parse(text).error().code() == ErrorCode::malformed);
  CHECK(json::parse("{}\0x"s).error().message().find("line 1") != std::string::npos);
}

TEST_CASE("JSON nested deeper than the limit is refused before memory runs out") {
  const std::string bomb(1'000'000, '[');
  CHECK(refused(bomb).code() == ErrorCode::limit_exceeded);
  CHECK(json::parse(std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']')));
  CHECK(refused(std::string(kMaxJsonDepth + 1, '[') + std::string(kMaxJsonDepth + 1, ']')).code() ==
        ErrorCode::limit_exceeded);
}

TEST_CASE("JSON larger than the limit is refused") {
  CHECK(json::parse("[1]", {.bytes = 3}));
  CHECK(refused("[1] ", {.bytes = 3}).code() == ErrorCode::limit_exceeded);
  CHECK(json::Limits().bytes == kMaxJsonBytes);
}

TEST_CASE("members are asked for by type, and null is absent") {
  const auto value =
      json::parse(R"({"s":"x","n":7,"big":9223372036854775808,"f":1.0,"b":false,"z":null,"l":["a","b"],"m":[1]})");
  REQUIRE(value);
  CHECK(*json::require_string(*value, "s") == "x");
  CHECK(json::require_string(*value, "z").error().message() == "member \"z\" is missing");
  CHECK(json::require_string(*value, "n").error().message() == "member \"n\": want a string");
  CHECK(json::string_or_empty(*value, "z")->empty());
  CHECK_FALSE(json::string_or_empty(*value, "n"));
  CHECK_FALSE(json::optional_string(*value, "absent")->has_value());
  CHECK(*json::require_integer(*value, "n") == 7);
  CHECK_FALSE(json::require_integer(*value, "f"));
  CHECK_FALSE(json::require_integer(*value, "big"));
  CHECK(**json::optional_bool(*value, "b") == false);
  CHECK_FALSE(json::optional_bool(*value, "s"));
  CHECK(*json::optional_object(*value, "z") == nullptr);
  CHECK_FALSE(json::optional_object(*value, "l"));
  CHECK_FALSE(json::optional_array(*value, "s"));
  CHECK(json::string_list(*value, "l")->size() == 2);
  CHECK_FALSE(json::string_list(*value, "m"));
  CHECK(json::find(json::Value(3), "s") == nullptr);
}

TEST_CASE("text that is not UTF-8 is never written as it is") {
  CHECK(json::to_literal("a\xff\"\n") == "\"a\xef\xbf\xbd\\\"\\n\"");
}

TEST_CASE("what a terminal would obey or hide is escaped in what is printed, and the value is the same") {
  // CSI as one character (C1), the override and the isolate of direction, DEL, a byte order mark.
  const json::Value value{{"a\xc2\x9b", "x\xe2\x80\xae\xe2\x81\xa6\x7f\xef\xbb\xbf é 😀\n"}};
  const std::string pretty = json::to_pretty_text(value);
  CHECK(pretty == "{\n  \"a\\u009b\": \"x\\u202e\\u2066\\u007f\\ufeff é 😀\\n\"\n}\n");
  CHECK(*json::parse(pretty) == value);
  std::string written;
  {
    json::JsonWriter writer(written);
    writer.string("x\xc2\x9b");
  }
  CHECK(written == "\"x\\u009b\"");
  CHECK(json::escape_hidden("[\n\"\xff\"]") == "[\n\"\xff\"]");
}

TEST_CASE("json lets the last of equal keys win where that is asked for") {
  const auto value =
      supply::json::parse(R"({"a":{"x":1},"a":2})", {.duplicate_keys = supply::json::DuplicateKeys::last_wins});
  REQUIRE(value);
  CHECK(supply::json::to_text(*value) == R"({"a":2})");
}
