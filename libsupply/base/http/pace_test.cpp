#include "libsupply/base/http/pace.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace std::chrono_literals;
using http::Credit;
using http::RunCredit;
using http::TimePoint;

TEST_CASE("credit is used up by silence, to the moment") {
  Credit credit({10s, 100});
  credit.account(9'999ms, 0);
  CHECK(credit.left() > 0s);
  credit.account(1ms, 0);
  CHECK(credit.left() == 0s);
}

TEST_CASE("the least rate holds for ever, and a little less does not") {
  Credit enough({10s, 100}), less({10s, 100});
  for (int second = 0; second < 10'000; ++second) {
    enough.account(1s, 100);
    if (less.left() > 0s) less.account(1s, 99);
  }
  CHECK(enough.left() > 9s);
  CHECK(less.left() <= 0s);
}

TEST_CASE("a burst buys no longer silence than there was at first") {
  Credit credit({10s, 100});
  credit.account(0s, UINT64_MAX);
  CHECK(credit.left() == 10s);
  credit.account(10s, 0);
  CHECK(credit.left() <= 0s);
}

TEST_CASE("a burst in every window is not enough when it is worth less than the window") {
  Credit credit({10s, 100});
  int windows = 0;
  for (; windows < 1'000 && credit.left() > 0s; ++windows) credit.account(9s, 890);
  CHECK(windows < 200);
}

TEST_CASE("in a run, time in which several wait counts once, and time in which nobody waits not at all") {
  RunCredit run({10s, 100});
  const TimePoint start{};
  run.begin_wait(start);
  run.begin_wait(start);
  CHECK(run.account(start + 4s, 0) == 6s);
  CHECK(run.account(start + 4s, 0) == 6s);
  run.end_wait(start + 5s);
  run.end_wait(start + 5s);
  run.begin_wait(start + 1h);
  CHECK(run.account(start + 1h, 0) == 5s);
  CHECK(run.account(start + 1h + 5s, 0) <= 0s);
  CHECK(run.account(start + 1h + 5s, 300) == 3s);
}
