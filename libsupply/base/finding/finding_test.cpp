#include "libsupply/base/finding/finding.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

namespace supply {
namespace {

Finding numbered(int number) {
  char name[16];
  std::snprintf(name, sizeof name, "p%05d", number);
  Finding one;
  one.rule = "packages";
  one.subject = one.id = name;
  one.place.uri = "app";
  one.expected = "not it";
  one.found = "it is there";
  return one;
}

std::vector<Finding> listed_of(const std::vector<Finding>& all) {
  ListedFindings listed;
  for (const Finding& one : all) listed.add(one);
  return std::move(listed).take();
}

TEST_CASE("of findings that are alike the first are listed, and the last says how many others there are") {
  std::vector<Finding> all;
  for (int i = 0; i < 1000; ++i) all.push_back(numbered(i));
  const std::vector<Finding> some = listed_of(all);
  REQUIRE(some.size() == kFindingsListed + 1);
  CHECK(some.front().subject == "p00000");
  CHECK(some[kFindingsListed - 1].subject == "p00049");
  CHECK(some.back().others == 1000 - kFindingsListed);
  CHECK(some.back().found.starts_with("950 more like these"));
  CHECK(some.back().expected == "not it");
  CHECK(some.back().severity == Severity::error);
  CHECK(to_json(some.back())["others"] == 950);
  CHECK_FALSE(to_json(some.front()).contains("others"));
  CHECK(count_findings(some) == 1000);
}

TEST_CASE("in any order, and however often each is there, the same findings are listed") {
  std::vector<Finding> all;
  for (int i = 0; i < 300; ++i) all.push_back(numbered(i % 200));
  const std::vector<Finding> some = listed_of(all);
  CHECK(count_findings(some) == 200);
  std::mt19937 random(20261128);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(all.begin(), all.end(), random);
    CHECK(listed_of(all) == some);
  }
}

TEST_CASE("as many as can be listed are, and no more is said") {
  std::vector<Finding> all;
  for (std::size_t i = 0; i < kFindingsListed; ++i) all.push_back(numbered(static_cast<int>(i)));
  CHECK(listed_of(all) == all);
  CHECK(listed_of({}).empty());
}

TEST_CASE("what stands for others counts as they do, when lists are put together") {
  std::vector<Finding> all;
  for (int i = 0; i < 100; ++i) all.push_back(numbered(i));
  std::vector<Finding> some = listed_of(all), twice = some;
  for (int i = 0; i < 60; ++i) twice.push_back(numbered(1000 + i));
  CHECK(count_findings(listed_of(twice)) == 160);
  CHECK(listed_of(some) == some);
  const std::vector<Finding> alone = listed_of({some.back()});
  REQUIRE(alone.size() == 1);
  CHECK(alone[0].others == 50);
}

TEST_CASE("a long list of texts says how many it leaves out") {
  CHECK(listed({"a", "b"}) == std::vector<std::string>{"a", "b"});
  const std::vector<std::string> some = listed(std::vector<std::string>(60, "x"));
  REQUIRE(some.size() == kFindingsListed + 1);
  CHECK(some.back() == "… and 10 more");
}

}  // namespace
}  // namespace supply
