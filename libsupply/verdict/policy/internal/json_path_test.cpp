#include "libsupply/verdict/policy/internal/json_path.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/policy_limits.hpp"

namespace supply::policy {
namespace {

using Json = nlohmann::json;

/// RFC 9535, figure 1, shortened.
const Json kStore = Json::parse(
    R"({"store":{"book":[{"title":"a","price":8.95},{"title":"b","price":12.99}],"bicycle":{"color":"red","a b":1}}})");

std::string selected(std::string_view path) {
  std::string all;
  for (const Json* each : JsonPath::parse(path)->select(kStore).values) all += each->dump() + " ";
  return all;
}

TEST_CASE("a path selects members, elements and all of them") {
  CHECK(selected("$.store.book[0].title") == "\"a\" ");
  CHECK(selected("$.store.book[*].title") == "\"a\" \"b\" ");
  CHECK(selected("$['store'][\"bicycle\"]['a b']") == "1 ");
  CHECK(selected("$.store.bicycle.*") == "1 \"red\" ");
  CHECK(selected("$.store.book[7]").empty());
  CHECK(selected("$.store.book.title").empty());
  CHECK(selected("$.nothing.at.all").empty());
  CHECK(selected("$") == kStore.dump() + " ");
}

TEST_CASE("what is no path says where it goes wrong") {
  for (const char* text : {"", "store", "$.", "$.a-b", "$..a", "$[", "$[]", "$[a]", "$['a]", "$[1", "$[-1]",
                           "$[?(@.a)]", "$.a b", "$.1a", "$['a\\u0041']"}) {
    INFO(text);
    const auto path = JsonPath::parse(text);
    REQUIRE_FALSE(path);
    CHECK(path.error().code() == ErrorCode::usage);
    CHECK(path.error().message().find("is no JSON path: at ") != std::string::npos);
  }
}

TEST_CASE(
    "a path has kMaxJsonPathSteps steps at most, and says where it came upon more than kMaxJsonPathValues values") {
  std::string text = "$";
  for (std::size_t i = 0; i < kMaxJsonPathSteps; ++i) text += ".a";
  CHECK(JsonPath::parse(text));
  CHECK_FALSE(JsonPath::parse(text + ".a"));
  Json many = Json::array();
  for (std::size_t i = 0; i < kMaxJsonPathValues; ++i) many.push_back({{"a", 1}});
  CHECK(JsonPath::parse("$[*].b")->select(many).values.empty());
  CHECK_FALSE(JsonPath::parse("$[*].b")->select(many).too_many);
  CHECK(JsonPath::parse("$[*].a")->select(many).values.size() == kMaxJsonPathValues);
  CHECK_FALSE(JsonPath::parse("$[*].a")->select(many).too_many);
  many.push_back({{"b", 1}});
  // None of those that were looked at has the member: the last one was not.
  CHECK(JsonPath::parse("$[*].b")->select(many).values.empty());
  CHECK(JsonPath::parse("$[*].b")->select(many).too_many);
  CHECK(JsonPath::parse("$[*][*].b")->select(Json::array({many})).too_many);
}

}  // namespace
}  // namespace supply::policy
