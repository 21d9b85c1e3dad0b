#include "libsupply/base/time/time.hpp"

#include <catch2/catch.hpp>

using namespace supply;

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
