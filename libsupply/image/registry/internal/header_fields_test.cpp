#include "libsupply/image/registry/internal/header_fields.hpp"

#include <catch2/catch.hpp>

#include "libsupply/image/registry/retry.hpp"
#include "libsupply/testing/fake_client.hpp"

using namespace supply;
using namespace supply::registry;
using namespace std::chrono_literals;

TEST_CASE("the next page is the link that says so") {
  CHECK(next_link({"</v2/app/tags/list?last=b&n=2>; rel=\"next\""}) == "/v2/app/tags/list?last=b&n=2");
  CHECK(next_link({"<a>; rel=prev, <b,c>; title=\"x;, <d>; rel=next\"; rel=\"last NEXT\""}) == "b,c");
  CHECK(next_link({"<a>; rel=prev", "<b>;rel=next"}) == "b");
  CHECK_FALSE(next_link({"<a>; rel=nextish", "b; rel=next", "<c"}).has_value());
  CHECK_FALSE(next_link({}).has_value());
}

TEST_CASE("only warnings of code 299 are shown") {
  CHECK(warning_text("299 - \"your tag is \\\"old\\\"\"") == "your tag is \"old\"");
  CHECK_FALSE(warning_text("199 - \"misc\"").has_value());
  CHECK_FALSE(warning_text("299 - unquoted").has_value());
  CHECK_FALSE(warning_text("299 - \"open").has_value());
}

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

TEST_CASE("how much of an upload has arrived") {
  CHECK(uploaded_bytes({{"Range", "0-99"}}) == 100);
  CHECK(uploaded_bytes({{"Range", "bytes=0-99"}}) == 100);
  CHECK(uploaded_bytes({{"Range", "0-0"}}) == 0);
  CHECK_FALSE(uploaded_bytes({{"Range", "5-9"}}).has_value());
  CHECK_FALSE(uploaded_bytes({{"Range", "0-x"}}).has_value());
  CHECK_FALSE(uploaded_bytes({{"Range", "0-18446744073709551615"}}).has_value());
  CHECK_FALSE(uploaded_bytes({}).has_value());
}

TEST_CASE("a Content-Type is what stands before its parameters") {
  CHECK(content_type({{"Content-Type", "Application/JSON; charset=utf-8"}}) == "application/json");
  CHECK(content_type({}).empty());
}

TEST_CASE("attempts are five, with pauses that double and are half random") {
  testing::FakeClock clock;
  const RetryOptions options;
  Pauses pauses;
  Retry retry(clock, pauses, options, {}, 1);
  const Error why(ErrorCode::unavailable, "cut");
  std::chrono::milliseconds least = 100ms, most = 200ms;
  for (int i = 0; i < 4; ++i) {
    const auto before = clock.slept;
    REQUIRE(retry.again(why));
    CHECK(clock.slept - before >= least);
    CHECK(clock.slept - before <= most);
    least *= 2;
    most *= 2;
  }
  const Status last = retry.again(why);
  REQUIRE_FALSE(last);
  CHECK(last.error().message() == "cut (5 attempts)");
  retry.progress();
  CHECK(retry.again(why));
}

TEST_CASE("what the server asks for is waited, and a little more, but not beyond the deadline") {
  testing::FakeClock clock;
  const RetryOptions options;
  const Error why(ErrorCode::rate_limited, "slow down");
  Pauses pauses;
  Retry retry(clock, pauses, options, clock.now() + 20s, 1);
  REQUIRE(retry.again(why, 10s));
  CHECK(clock.slept >= 10s);
  CHECK(clock.slept < 11s);
  const Status late = retry.again(why, 10s);
  REQUIRE_FALSE(late);
  CHECK(late.error().code() == ErrorCode::rate_limited);
  CHECK(late.error().message().find("wait 10 s") != std::string::npos);
  Retry without(clock, pauses, options, {}, 1);
  CHECK(without.again(why, 100s));
  CHECK_FALSE(without.again(why, 1'000'000s));
  Retry bit_by_bit(clock, pauses, options, {}, 1);
  CHECK(bit_by_bit.again(why, 60s));
  CHECK(bit_by_bit.again(why, 60s));
  CHECK_FALSE(bit_by_bit.again(why, 1s));
}

TEST_CASE("attempts that take long are fewer, and what was achieved counts") {
  testing::FakeClock clock;
  Pauses pauses;
  const RetryOptions options;
  const Error why(ErrorCode::unavailable, "too slow");
  const auto attempt = [&](Retry& retry, std::chrono::seconds taken) {
    clock.sleep(taken);
    return static_cast<bool>(retry.again(why));
  };
  Retry one(clock, pauses, options, {}, 1);
  CHECK_FALSE(attempt(one, 40s));
  Retry two(clock, pauses, options, {}, 1);
  CHECK(attempt(two, 30s));
  CHECK_FALSE(attempt(two, 30s));
  Retry moving(clock, pauses, options, {}, 1);
  for (int i = 0; i < 10; ++i) {
    CHECK(attempt(moving, 30s));
    moving.progress();
  }
  // A deadline for all that was asked for counts alone.
  Retry told(clock, pauses, options, clock.now() + 1h, 1);
  for (int i = 0; i < 4; ++i) CHECK(attempt(told, 100s));
}

TEST_CASE("a run waits for servers for so long altogether") {
  testing::FakeClock clock;
  Pauses pauses(30s);
  const RetryOptions options;
  const Error why(ErrorCode::rate_limited, "slow down");
  CHECK(Retry(clock, pauses, options, {}, 1).again(why, 10s));
  CHECK(Retry(clock, pauses, options, {}, 1).again(why, 10s));
  const Status last = Retry(clock, pauses, options, {}, 1).again(why, 10s);
  REQUIRE_FALSE(last);
  CHECK(last.error().message().find("--deadline") != std::string::npos);
}

TEST_CASE("passing trouble is told from what will stay") {
  for (const int status : {408, 429, 500, 502, 503, 504, 522}) CHECK(is_passing(status));
  for (const int status : {200, 301, 400, 401, 403, 404, 405, 416, 501, 505}) CHECK_FALSE(is_passing(status));
}
