#include "libsupply/base/http/retry.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/fake_client.hpp"

using namespace supply;
using namespace supply::http;
using namespace std::chrono_literals;

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
