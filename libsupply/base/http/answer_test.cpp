#include "libsupply/base/http/answer.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::http;
using namespace std::chrono_literals;

TEST_CASE("Retry-After is a number of seconds, or a date against the server's own clock") {
  CHECK(retry_after({{"Retry-After", "7"}}) == 7s);
  CHECK(retry_after({{"Retry-After", "Sun, 06 Nov 1994 08:49:47 GMT"}, {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}) ==
        10s);
  CHECK(retry_after({{"Retry-After", "Sun, 06 Nov 1994 08:49:27 GMT"}, {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}) ==
        0s);
  CHECK_FALSE(retry_after({{"Retry-After", "Sun, 06 Nov 1994 08:49:47 GMT"}}).has_value());
  CHECK_FALSE(retry_after({{"Retry-After", "soon"}}).has_value());
  CHECK_FALSE(retry_after({{"Retry-After", "-1"}}).has_value());
  CHECK(retry_after({{"Retry-After", "18446744073709551615"}})->count() == 366LL * 24 * 3600);
}

TEST_CASE("the example date of RFC 9110 is read, and nothing else is") {
  CHECK(to_rfc3339(*parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT")) == "1994-11-06T08:49:37Z");
  for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Xyz 1994 08:49:37 GMT",
                           "Sun, 36 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"})
    CHECK_FALSE(parse_http_date(text).has_value());
}

TEST_CASE("passing trouble is told from what will stay") {
  for (const int status : {408, 429, 500, 502, 503, 504, 522}) CHECK(is_passing(status));
  for (const int status : {200, 301, 400, 401, 403, 404, 405, 416, 501, 505}) CHECK_FALSE(is_passing(status));
}

TEST_CASE("a status says which error an answer is") {
  CHECK(error_code_of(401) == ErrorCode::unauthenticated);
  CHECK(error_code_of(403) == ErrorCode::forbidden);
  CHECK(error_code_of(404) == ErrorCode::not_found);
  CHECK(error_code_of(429) == ErrorCode::rate_limited);
  for (const int status : {408, 500, 503}) CHECK(error_code_of(status) == ErrorCode::unavailable);
  for (const int status : {301, 400, 405, 410, 501, 505}) CHECK(error_code_of(status) == ErrorCode::unsupported);
}

TEST_CASE("a field that is one whole number is read, and nothing else is") {
  CHECK(parse_number("18446744073709551615") == UINT64_MAX);
  for (const char* text : {"", "-1", "1 ", "0x1", "18446744073709551616"}) CHECK_FALSE(parse_number(text).has_value());
  CHECK_FALSE(parse_number(std::nullopt).has_value());
}
