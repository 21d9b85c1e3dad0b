#include "libsupply/base/json/proto_number.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace supply;

namespace {

std::int64_t number_in(const std::string& text) { return json::proto_number(*json::parse(text)).value_or(-1); }

}  // namespace

// protobuf.dev, ProtoJSON format: "Either numbers or strings are accepted", "exponent notation (such as 1e2) is
// accepted in both quoted and unquoted forms"; what is not whole is an error.
TEST_CASE("a number of proto JSON is whole, with quotes or without, however it is written") {
  for (const std::string quote : {"", "\""}) {
    const auto in = [&](const std::string& number) { return number_in(quote + number + quote); };
    CHECK(in("0") == 0);
    CHECK(in("-0") == 0);
    CHECK(in("7") == 7);
    CHECK(in("1e3") == 1000);
    CHECK(in("1E+3") == 1000);
    CHECK(in("1.0") == 1);
    CHECK(in("12.50e1") == 125);
    CHECK(in("70e-1") == 7);
    CHECK(in("0.0001e4") == 1);
    CHECK(in("0e9") == 0);
    CHECK(in("0.0") == 0);
    CHECK(in("9007199254740992") == 9007199254740992);
    CHECK(in("9223372036854775807") == INT64_MAX);
    for (const char* wrong : {"9223372036854775808", "18446744073709551616", "1e19", "1e99", "-1", "-1e3", "1.5",
                              "1e-1", "12.5e0", "15e-1"})
      CHECK(in(wrong) == -1);
  }
}

TEST_CASE("a number of proto JSON in quotes is one of JSON and nothing beside it") {
  for (const char* wrong : {"", "+1", "01", "1.", ".5", "1e", "1e+", " 1", "1 ", "0x1", "1e99999999999", "NaN", "1_0",
                            "\\u0661", "-", "1e3e3"})
    CHECK(number_in('"' + std::string(wrong) + '"') == -1);
  CHECK(number_in("\"9007199254740993.0\"") == 9007199254740993);
  CHECK(number_in("\"922337203685477580.7e1\"") == INT64_MAX);
  CHECK(number_in("true") == -1);
  CHECK(number_in("[1]") == -1);
}

TEST_CASE("a number of proto JSON that a double does not hold to the last digit is none") {
  CHECK(number_in("9007199254740992.0") == 9007199254740992);
  CHECK(number_in("9007199254740993.0") <= 9007199254740992);  // read as a double, it is the one before
  CHECK(number_in("9007199254740994.0") == -1);
  CHECK(number_in("1e16") == -1);
}
