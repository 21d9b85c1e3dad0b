#include "libsupply/base/result/result.hpp"

#include <catch2/catch.hpp>

using namespace supply;

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
