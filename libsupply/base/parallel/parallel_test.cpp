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
