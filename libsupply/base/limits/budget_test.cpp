#include "libsupply/base/limits/budget.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/limits.hpp"

using namespace supply;

namespace {

constexpr Cost kAll[] = {Cost::memory, Cost::unpacked, Cost::entries, Cost::verifications, Cost::steps};

}  // namespace

TEST_CASE("a run may spend each cost up to its limit and not one more") {
  for (const Cost cost : kAll) {
    Budget budget;
    const std::uint64_t limit = kRunMayCost[static_cast<std::size_t>(cost)];
    CHECK(budget.spend(cost, limit));
    const Status more = budget.spend(cost, 1);
    REQUIRE_FALSE(more);
    CHECK(more.error().code() == ErrorCode::limit_exceeded);
    CHECK(more.error().message().find(std::to_string(limit)) != std::string::npos);
  }
}

TEST_CASE("memory that is given back can be spent again") {
  Budget budget({100, 0, 0, 0, 0});
  REQUIRE(budget.spend(Cost::memory, 100));
  budget.give_back(Cost::memory, 60);
  CHECK(budget.spend(Cost::memory, 60));
  CHECK_FALSE(budget.spend(Cost::memory, 1));
}

TEST_CASE("what a reader's own input pays for is not drawn from the budget") {
  Budget budget({100, 100, 100, 100, 100});
  for (const Cost cost : kAll) {
    Share share(budget);
    share.earn(kInputPaysPer * 3);
    const std::uint64_t paid = kInputPays[static_cast<std::size_t>(cost)] * 3;
    CHECK(share.spend(cost, paid));
    CHECK(budget.spent(cost) == 0);
    CHECK(share.spend(cost, 100));
    CHECK(budget.spent(cost) == 100);
    CHECK_FALSE(share.spend(cost, 1));
  }
}

TEST_CASE("readers draw the same from a budget in any order") {
  Budget forth({1'000, 1'000, 1'000, 1'000, 1'000}), back({1'000, 1'000, 1'000, 1'000, 1'000});
  const auto read = [](Budget& budget, std::uint64_t input, std::uint64_t steps) {
    Share share(budget);
    share.earn(input);
    CHECK(share.spend(Cost::steps, steps));
  };
  read(forth, 10 * kInputPaysPer, 1);
  read(forth, 0, 700);
  read(back, 0, 700);
  read(back, 10 * kInputPaysPer, 1);
  CHECK(forth.spent(Cost::steps) == back.spent(Cost::steps));
  CHECK(forth.spent(Cost::steps) == 700);
}

TEST_CASE("a reader that ends gives its memory back and nothing else") {
  Budget budget({100, 100, 100, 100, 100});
  {
    Share share(budget);
    REQUIRE(share.spend(Cost::memory, 100));
    REQUIRE(share.spend(Cost::entries, 100));
    const Share moved(std::move(share));
    CHECK(budget.spent(Cost::memory) == 100);
  }
  CHECK(budget.spent(Cost::memory) == 0);
  CHECK(budget.spent(Cost::entries) == 100);
}

TEST_CASE("a reader gives back what it drew before what its input paid for") {
  Budget budget({100, 0, 0, 0, 0});
  Share share(budget);
  share.earn(kInputPaysPer);
  const std::uint64_t paid = kInputPays[0];
  REQUIRE(share.spend(Cost::memory, paid + 100));
  CHECK(budget.spent(Cost::memory) == 100);
  share.give_back(Cost::memory, 60);
  CHECK(budget.spent(Cost::memory) == 40);
  share.give_back(Cost::memory, paid);
  CHECK(budget.spent(Cost::memory) == 0);
  CHECK(share.spent(Cost::memory) == 40);
  CHECK(share.spend(Cost::memory, paid + 60));
  CHECK_FALSE(share.spend(Cost::memory, 1));
}
