#include "libsupply/base/json/internal/json_scanner.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

using namespace supply;
using json::Value;
using json::internal::scan;

namespace {

// Also of the same types within: a whole number is not a double of the same value.
bool is_same(const Value& a, const Value& b) {
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (!a.is_structured()) return a.dump() == b.dump();
  for (auto left = a.begin(), right = b.begin(); left != a.end(); ++left, ++right)
    if ((a.is_object() && left.key() != right.key()) || !is_same(*left, *right)) return false;
  return true;
}

// nlohmann's parser is the oracle: it must read what scan() takes, and to the same value.
void check_against_nlohmann(const std::string& text) {
  const std::optional<Value> scanned = scan(text, {.duplicate_keys = json::DuplicateKeys::last_wins});
  if (!scanned) return;
  const Value expected = Value::parse(text, nullptr, false);
  INFO(text);
  REQUIRE_FALSE(expected.is_discarded());
  REQUIRE(is_same(*scanned, expected));
}

const std::vector<std::string> kWhole{"{}",
                                      "[]",
                                      " [ ] ",
                                      "\t{\r\n}\n",
                                      "null",
                                      "true",
                                      "false",
                                      "\"\"",
                                      "0",
                                      "-0",
                                      "-1",
                                      "7",
                                      "999999999999999999",
                                      "-999999999999999999",
                                      "0.5",
                                      "-0.0",
                                      "1e2",
                                      "1E+2",
                                      "12.5e-3",
                                      "1.7976931348623157e308",
                                      "4.9406564584124654e-324",
                                      "0.1",
                                      "9007199254740993.0",
                                      "[1,2,3]",
                                      "[[],[[]],{}]",
                                      R"({"a":1,"b":{"c":[true,null]}})",
                                      R"("é€😀")",
                                      R"("\"\\\/\b\f\n\r\t")",
                                      R"("\u0041\u00e9\u20ac\ud83d\ude00\u0000")",
                                      "\"\x7f\"",
                                      R"({"":""})",
                                      R"({ "a" : [ 1 , 2 ] })"};

}  // namespace

TEST_CASE("the fast way reads what nlohmann's parser reads to the same value") {
  for (const std::string& text : kWhole) {
    INFO(text);
    CHECK(scan(text, {}));
    check_against_nlohmann(text);
  }
}

TEST_CASE("the fast way takes nothing that RFC 8259 does not allow") {
  for (const std::string& text : std::vector<std::string>{"",
                                                          " ",
                                                          "{",
                                                          "[",
                                                          "}",
                                                          "[1,]",
                                                          "[,1]",
                                                          "[1 2]",
                                                          "{\"a\":1,}",
                                                          "{,}",
                                                          "{\"a\"}",
                                                          "{\"a\":}",
                                                          "{a:1}",
                                                          "{'a':1}",
                                                          "[01]",
                                                          "[-]",
                                                          "[-01]",
                                                          "[+1]",
                                                          "[.5]",
                                                          "[1.]",
                                                          "[1.e2]",
                                                          "[1e]",
                                                          "[1e+]",
                                                          "[0x1]",
                                                          "[NaN]",
                                                          "[Infinity]",
                                                          "[1] x",
                                                          "{} {}",
                                                          "// c\n1",
                                                          "tru",
                                                          "nulll",
                                                          "True",
                                                          "\"",
                                                          "\"a",
                                                          "\"\\",
                                                          "\"\\x41\"",
                                                          "\"\\u12\"",
                                                          "\"\\u123g\"",
                                                          "\"\\u+123\"",
                                                          "\"\\ud800\"",
                                                          "\"\\udc00\"",
                                                          "\"\\ud800\\u0041\"",
                                                          "\"\\ud800\\ud800\"",
                                                          "\"\x01\"",
                                                          "\"\n\"",
                                                          "\"\xff\"",
                                                          "\"\xc0\xaf\"",
                                                          "\"\xed\xa0\x80\"",
                                                          "\"\xf5\x80\x80\x80\"",
                                                          "\"\xe2\x82\"",
                                                          "{\"\xff\":1}",
                                                          "\v1",
                                                          "\xc2\xa0[]",
                                                          "[1e999]"}) {
    INFO(text);
    CHECK_FALSE(scan(text, {}));
  }
}

TEST_CASE("what is rare is left to the full parser") {
  for (const std::string& text :
       std::vector<std::string>{"1000000000000000000", "18446744073709551616", "1e-400", std::string("{}\0", 3)})
    CHECK_FALSE(scan(text, {}));
  CHECK(*json::parse("18446744073709551615") == 18446744073709551615ULL);
}

TEST_CASE("the fast way keeps the limit of depth, and refuses a member twice") {
  CHECK(scan("[[1]]", {.depth = 2}));
  CHECK_FALSE(scan("[[[1]]]", {.depth = 2}));
  CHECK_FALSE(scan(R"({"a":{"b":{}}})", {.depth = 2}));
  CHECK_FALSE(scan(std::string(1'000'000, '['), {}));
  CHECK_FALSE(scan(R"({"a":1,"b":2,"a":1})", {}));
  CHECK_FALSE(scan(R"({"a":1,"\u0061":1})", {}));
  CHECK((*scan(R"({"a":[1,2],"a":{"b":3}})", {.duplicate_keys = json::DuplicateKeys::last_wins}))["a"]["b"] == 3);
}

TEST_CASE("every UTF-8 sequence in a string is read as nlohmann's parser reads it") {
  for (std::uint32_t lead = 0x80; lead < 0x100; ++lead)
    for (std::uint32_t second = 0x70; second < 0x100; second += second < 0x7f || second > 0xc1 ? 16 : 1)
      for (const char* rest : {"", "\x80", "\x80\x80", "\xbf\xbf", "\x80z", "z"}) {
        const std::string text =
            std::string{'"', static_cast<char>(lead), static_cast<char>(second)} + std::string(rest) + "\"";
        INFO(lead << ' ' << second);
        CHECK(scan(text, {}).has_value() == !Value::parse(text, nullptr, false).is_discarded());
      }
}

TEST_CASE("texts that were changed at random are read as nlohmann's parser reads them, or not at all") {
  std::mt19937 random(12);  // the same in every run
  const std::string alphabet = "{}[]\",:\\u0019aefdln-+.Ee \n\x80\xc3\xa9\x1f";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = kWhole[random() % kWhole.size()];
    for (auto changes = random() % 3; changes > 0 && !text.empty(); --changes) {
      const std::size_t at = random() % text.size();
      const char c = alphabet[random() % alphabet.size()];
      switch (random() % 3) {
        case 0: text[at] = c; break;
        case 1: text.insert(at, 1, c); break;
        default: text.erase(at, 1); break;
      }
    }
    check_against_nlohmann(text);
  }
}
