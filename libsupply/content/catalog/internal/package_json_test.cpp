#include "libsupply/content/catalog/internal/package_json.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"

using namespace supply;
using catalog::PackageJson;
using catalog::PackageJsonReader;

namespace {

Result<PackageJson> read(std::string_view text, catalog::PackageJsonLimits limits = {}, std::size_t step = 7) {
  PackageJsonReader reader(limits);
  for (std::size_t at = 0; at < text.size(); at += step) reader.feed(text.substr(at, step));
  return reader.finish();
}

std::string name(std::string_view text) {
  const auto read_one = read(text);
  return read_one ? read_one->name : "error: " + read_one.error().message();
}

}  // namespace

// Each was tried with node 20: require() of a package with that package.json, and JSON.parse.
TEST_CASE("package.json is read as node reads it") {
  CHECK(name(R"({"name":"x","d":"\ud800"})") == "x");
  CHECK(name("{\"name\":\"x\",\"d\":\"\xff\xfe\"}") == "x");
  CHECK(name(R"({"name":"x","d":1e999,"e":-0.5E-3,"f":[0,-0,10]})") == "x");
  CHECK(name("\xEF\xBB\xBF{\"name\":\"x\"}") == "x");
  CHECK(name(R"({"name":"y","name":"x"})") == "x");
  CHECK(name(R"({"name":"y","name":1})").empty());
  CHECK(name(R"({"n\u0061me":"\u0078"})") == "x");
  CHECK(name("{\"d\":" + std::string(5000, '[') + std::string(5000, ']') + ",\"name\":\"x\"}") == "x");
  CHECK(name("{" + std::string(5'000'000, ' ') + "\"name\":\"x\"}") == "x");
  CHECK(name("{\"d\":\"" + std::string(5'000'000, 'd') + "\",\"name\":\"x\"}") == "x");
  CHECK(name(R"({"name":"\ud83d\ude00\ud83d\u0041\ude00"})") ==
        "\xF0\x9F\x98\x80\xEF\xBF\xBD"
        "A\xEF\xBF\xBD");
  CHECK(name("{\"name\":\"a\xffz\xe2\x82\"}") == "a\xEF\xBF\xBDz\xEF\xBF\xBD");
  for (const char* text : {"[]", "null", "true", "1", "-1.5e3", "\"x\"", " {} \n"}) {
    INFO(text);
    CHECK(name(text).empty());
  }
}

TEST_CASE("package.json that node refuses is malformed") {
  for (const std::string text : {"",
                                 " ",
                                 "{",
                                 "{\"name\":\"x\"} x",
                                 "{\"name\":\"x\",}",
                                 "[1,]",
                                 "{\"a\":tru}",
                                 "{\"a\":truee}",
                                 "{\"a\":01}",
                                 "{\"a\":1.}",
                                 "{\"a\":-}",
                                 "{\"a\":+1}",
                                 "{\"a\":1e}",
                                 "{\"a\":\"\x01\"}",
                                 "{\"a\":\"\\x\"}",
                                 "{\"a\":\"\\u12g4\"}",
                                 "{'a':1}",
                                 "{a:1}",
                                 "{\"a\" 1}",
                                 "{} /* */",
                                 "\xEF\xBB{}",
                                 "{\"a\":\"x",
                                 "-",
                                 "nul"}) {
    INFO(text);
    for (const std::size_t step : {1, 1000}) {
      const auto refused = read(text, {}, step);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code() == ErrorCode::malformed);
    }
  }
}

TEST_CASE("the members that matter are found in every form, and nowhere else") {
  const auto all = read(
      R"({"x":{"name":"no","license":"no","dependencies":{"no":1}},"version":"1.0","license":{"url":"u","type":"MIT"},)"
      R"("licenses":[{"type":"ISC"},"BSD",{"x":1},[{"type":"no"}]],"author":{"name":"A","email":"a@x","url":"u"},)"
      R"("dependencies":{"b":"1","a":{"c":1}},"optionalDependencies":{"o":1},"peerDependencies":{"p":1},"homepage":"h"})");
  REQUIRE(all);
  CHECK(all->name.empty());
  CHECK(all->version == "1.0");
  CHECK(all->license == std::vector<std::string>{"MIT"});
  CHECK(all->licenses == std::vector<std::string>{"ISC", "BSD", ""});
  CHECK(all->author_name == "A");
  CHECK(all->author_email == "a@x");
  CHECK(all->dependencies == std::set<std::string>{"a", "b"});
  CHECK(all->optional_dependencies == std::set<std::string>{"o"});
  CHECK(all->peer_dependencies == std::set<std::string>{"p"});
  CHECK(all->homepage == "h");
  // Of equal names the last counts, whole.
  const auto last =
      read(R"({"license":["A","B"],"license":{"type":"C","type":1},"dependencies":{"a":1},"dependencies":[]})");
  REQUIRE(last);
  CHECK(last->license == std::vector<std::string>{""});
  CHECK(last->dependencies.empty());
}

TEST_CASE("package.json at its limits is read, and one beyond is a limit") {
  const std::string deep = "{\"name\":\"x\",\"d\":" + std::string(9, '[') + std::string(9, ']') + "}";
  CHECK(read(deep, {.depth = 10}));
  const auto deeper = read(deep, {.depth = 9});
  REQUIRE_FALSE(deeper);
  CHECK(deeper.error().code() == ErrorCode::limit_exceeded);
  CHECK(read(R"({"name":"12345"})", {.kept_bytes = 5}));
  const auto longer = read(R"({"name":"123456"})", {.kept_bytes = 5});
  REQUIRE_FALSE(longer);
  CHECK(longer.error().code() == ErrorCode::limit_exceeded);
  CHECK_FALSE(read(R"({"licenses":[{},{},{},{}]})", {.kept_bytes = 100}));
  CHECK(read("{\"d\":" + std::string(kMaxPackageJsonDepth - 1, '[') + std::string(kMaxPackageJsonDepth - 1, ']') + "}",
             {}, 1 << 20));
  CHECK_FALSE(read("{\"d\":" + std::string(kMaxPackageJsonDepth, '['), {}, 1 << 20));
}
