#include "libsupply/verdict/admission/flights.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

namespace supply::admission {
namespace {

using namespace std::chrono_literals;

TimePoint now() { return std::chrono::steady_clock::now(); }

policy::Facts facts_of(char digit) {
  return {.reference = *oci::Reference::parse("app"),
          .digest = *Digest::parse("sha256:" + std::string(64, digit)),
          .platforms = {},
          .attached = {},
          .now = {}};
}

std::shared_ptr<KeptFacts> kept(char digit, TimePoint read = now()) {
  return std::make_shared<KeptFacts>(facts_of(digit), read);
}

}  // namespace

TEST_CASE("two hundred callers who want the same at once have one flight") {
  Flights flights;
  std::atomic<int> worked{0}, got{0};
  std::atomic<bool> go{false};
  std::vector<std::thread> callers;
  for (int i = 0; i < 200; ++i)
    callers.emplace_back([&] {
      const auto ticket = flights.board("key", [&]() -> Landed {
        ++worked;
        while (!go) std::this_thread::sleep_for(1ms);
        return kept('a');
      });
      if (!ticket) return;
      if (++got == 200) go = true;
      const auto landed = flights.wait(*ticket, now() + 30s);
      if (landed && *landed) --got;
    });
  for (std::thread& each : callers) each.join();
  CHECK(worked == 1);
  CHECK(got == 0);
  CHECK(flights.started() == 1);
  CHECK(flights.in_the_air() == 0);
}

TEST_CASE("who waits no longer leaves the work going, and the next one finds it") {
  Flights flights;
  std::atomic<bool> go{false};
  const auto work = [&]() -> Landed {
    while (!go) std::this_thread::sleep_for(1ms);
    return kept('a');
  };
  const auto first = flights.board("key", work);
  REQUIRE(first);
  CHECK_FALSE(flights.wait(*first, now() + 20ms));
  const auto second = flights.board("key", work);
  REQUIRE(second);
  go = true;
  const auto landed = flights.wait(*second, now() + 10s);
  REQUIRE(landed);
  CHECK(*landed);
  CHECK(flights.started() == 1);
  // One that has landed is over: the next one begins anew.
  const auto third = flights.board("key", work);
  REQUIRE(third);
  REQUIRE(flights.wait(*third, now() + 10s));
  CHECK(flights.started() == 2);
}

TEST_CASE("an error is everyone's who waited, and what throws is an error") {
  Flights flights;
  const auto failed = flights.board("a", []() -> Landed { return Error(ErrorCode::unavailable, "no registry"); });
  REQUIRE(failed);
  const auto first = flights.wait(*failed, now() + 10s), again = flights.wait(*failed, now());
  REQUIRE((first && again));
  CHECK(first->error().code() == ErrorCode::unavailable);
  CHECK(again->error().message() == "no registry");
  const auto thrown = flights.board("b", []() -> Landed { throw std::bad_alloc(); });
  REQUIRE(thrown);
  const auto landed = flights.wait(*thrown, now() + 10s);
  REQUIRE(landed);
  CHECK(landed->error().code() == ErrorCode::internal);
}

TEST_CASE("so many flights are in the air, so many wait, and no more (kMaxFlightsAtOnce, kMaxFlightsWaiting)") {
  CHECK(kMaxFlightsAtOnce < kMaxFlightsWaiting);
  Flights flights(2, 3);
  std::atomic<bool> go{false};
  std::atomic<int> at_once{0}, most{0};
  const auto work = [&]() -> Landed {
    most = std::max(most.load(), ++at_once);
    while (!go) std::this_thread::sleep_for(1ms);
    --at_once;
    return kept('a');
  };
  std::vector<Flights::Ticket> tickets;
  for (int i = 0; i < 2; ++i) {
    tickets.push_back(*flights.board("flies" + std::to_string(i), work));
    while (at_once != i + 1) std::this_thread::sleep_for(1ms);
  }
  for (int i = 0; i < 3; ++i) tickets.push_back(*flights.board("waits" + std::to_string(i), work));
  const auto refused = flights.board("one too many", work);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::rate_limited);
  CHECK(flights.board("waits0", work));  // that one is known
  go = true;
  for (const auto& each : tickets) CHECK(flights.wait(each, now() + 10s));
  CHECK(most == 2);
}

TEST_CASE("facts are kept as long as they may be, and the least used go first (kMaxKeptImages, kMaxKeptFactsBytes)") {
  FactsCache cache(2, kMaxKeptFactsBytes);
  const TimePoint start = now();
  cache.put("a", kept('a', start));
  cache.put("b", kept('b', start));
  REQUIRE(cache.find("a", start, 1s));
  cache.put("c", kept('c', start));
  CHECK(cache.find("b", start, 1s) == nullptr);
  REQUIRE(cache.find("a", start + 1s, 1s));
  CHECK(cache.find("a", start + 1001ms, 1s) == nullptr);
  CHECK(cache.size() == 1);
  const std::uint64_t each = kept('a')->bytes();
  FactsCache tight(kMaxKeptImages, each * 5);
  for (char digit = '0'; digit <= '9'; ++digit) tight.put(std::string(1, digit), kept(digit, start));
  CHECK(tight.size() == 5);
  CHECK(tight.bytes() == each * 5);
  CHECK(tight.find("9", start, 1s));
  CHECK(tight.find("4", start, 1s) == nullptr);
  FactsCache small(kMaxKeptImages, each * 3);
  small.put("a", kept('a', start));
  CHECK(small.size() == 0);  // more than a quarter of the room
}

TEST_CASE("what is kept is judged by the time of the request") {
  // The exception is the only thing that changes with time.
  const auto policy = policy::parse(
      "version: 1\nimages: [{match: ['**'], config: {labels: [no-such-label]}}]\n"
      "exceptions: [{rule: labels, images: ['docker.io/library/app'], findings: ['no-such-label'], reason: r, owner: "
      "o, expires: 2030-01-02}]\n",
      {.name = "policy.yaml", .directory = {}, .read_key = {}});
  INFO((policy ? std::string() : policy.error().message()));
  REQUIRE(policy);
  policy::Facts facts = facts_of('a');
  facts.names = {facts.reference};
  facts.platforms.push_back({.platform = {}, .manifest = facts.digest});
  KeptFacts one(std::move(facts), now());
  CHECK(one.decide(*policy, *parse_rfc3339("2030-01-01T00:00:00Z")).verdict == gate::Verdict::allow);
  CHECK(one.decide(*policy, *parse_rfc3339("2030-01-03T00:00:00Z")).verdict == gate::Verdict::deny);
}

TEST_CASE("a tag's digest is known for some seconds (kMaxKeptTags)") {
  CHECK(kMaxKeptTags > 1'000);
  TagCache tags(2);
  const TimePoint start = now();
  const Digest digest = facts_of('a').digest;
  tags.put("a", digest, start);
  CHECK(tags.find("a", start + 3s, 3s) == digest);
  CHECK_FALSE(tags.find("a", start + 3001ms, 3s));
  CHECK_FALSE(tags.find("b", start, 3s));
  tags.put("b", digest, start);
  tags.put("c", digest, start);
  CHECK(tags.find("c", start, 3s));
}

}  // namespace supply::admission
