#include "libsupply/base/parallel/parallel.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

using namespace supply;

TEST_CASE("parallel jobs each run once") {
  std::vector<std::atomic<int>> ran(1'000);
  CHECK(parallel_for(ran.size(), 4, [&](std::size_t i) -> Status {
    ++ran[i];
    return {};
  }));
  for (const auto& count : ran) CHECK(count == 1);
  CHECK(parallel_for(0, 0, [](std::size_t) -> Status { return Error(ErrorCode::internal, "never"); }));
}

TEST_CASE("of several jobs that fail the lowest is reported, whatever the threads do") {
  for (int round = 0; round < 50; ++round) {
    const Status status = parallel_for(100, 4, [&](std::size_t i) -> Status {
      if (i == 10) std::this_thread::sleep_for(std::chrono::microseconds(200));
      if (i >= 10) return Error(ErrorCode::malformed, std::to_string(i));
      return {};
    });
    REQUIRE_FALSE(status);
    CHECK(status.error().message() == "10");
  }
}

TEST_CASE("a job may run jobs of its own, deeper than there are processors") {
  std::atomic<int> ran = 0;
  const std::function<Status(int)> nested = [&](int depth) -> Status {
    if (depth == 0) {
      ++ran;
      return {};
    }
    return parallel_for(4, 4, [&](std::size_t) { return nested(depth - 1); });
  };
  CHECK(nested(5));
  CHECK(ran == 1'024);
}

TEST_CASE("jobs that wait for each other run at once, as many as were asked for") {
  // As requests to a server do: the third answers when all have come.
  std::atomic<int> inside = 0;
  CHECK(parallel_for(3, 3, [&](std::size_t) -> Status {
    ++inside;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (inside < 3)
      if (std::chrono::steady_clock::now() > end) return Error(ErrorCode::internal, "alone");
    return {};
  }));
}

TEST_CASE("callers on several threads each get their own jobs done") {
  std::vector<std::jthread> callers;
  std::atomic<int> ran = 0;
  for (int caller = 0; caller < 8; ++caller)
    callers.emplace_back([&] {
      for (int round = 0; round < 200; ++round)
        (void)(parallel_for(5, 4, [&](std::size_t) -> Status {
          ++ran;
          return {};
        }));
    });
  callers.clear();
  CHECK(ran == 8 * 200 * 5);
}
