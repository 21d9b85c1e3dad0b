#include "libsupply/content/pkg/rpm_version.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "libsupply/testing/child.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;

TEST_CASE("versions of rpm are compared part by part") {
  const auto before = [](std::string_view a, std::string_view b) {
    INFO(a << " " << b);
    CHECK(pkg::compare_rpm_versions(a, b) == -1);
    CHECK(pkg::compare_rpm_versions(b, a) == 1);
  };
  before("1.0", "2.0");
  before("1.9", "1.10");
  before("1.0~rc1", "1.0");
  before("1.0~rc1", "1.0~rc2");
  before("1.0", "1.0^git1");
  before("1.0^git1", "1.0.1");
  before("1.0~rc1^git1", "1.0");
  before("a", "1");
  before("1.0", "1.0a");
  before("1.0", "1.0.0");
  before("", "1");
  CHECK(pkg::compare_rpm_versions("1.05", "1.5") == 0);
  CHECK(pkg::compare_rpm_versions("1.0", "1_0") == 0);
  CHECK(pkg::compare_rpm_versions("123456789012345678901234567890", "0123456789012345678901234567890") == 0);
}

TEST_CASE("a missing epoch is 0, and a release counts when both have one") {
  const auto compared = [](std::string_view a, std::string_view b) {
    return pkg::compare(pkg::RpmEvr::parse(a), pkg::RpmEvr::parse(b));
  };
  CHECK(compared("0:1.0-1", "1.0-1") == 0);
  CHECK(compared("1:0.5-1", "9.0-1") == 1);
  CHECK(compared("1.0", "1.0-7") == 0);
  CHECK(compared("1.0-7", "1.0-8") == -1);
  CHECK(compared("1.0-1-8", "1.0-1-8") == 0);
}

TEST_CASE("versions made at random are compared as rpm does") {
  if (!testing::needs("rpm")) return;
  std::minstd_rand random(7);
  const auto version = [&] {
    static constexpr std::string_view kPieces[] = {"1", "0", "10", "07", ".", ".", "~", "^", "a", "rc", "B", "_"};
    std::string out;
    for (std::size_t i = 0; i < 1 + random() % 6; ++i) out += kPieces[random() % std::size(kPieces)];
    return out;
  };
  std::string script;
  std::vector<std::pair<std::string, std::string>> pairs;
  for (int i = 0; i < 400; ++i) {
    pairs.emplace_back(version(), version());
    script += "print(rpm.vercmp('" + pairs.back().first + "','" + pairs.back().second + "') .. ';')\n";
  }
  const std::string output = testing::run({"rpm", "--eval", "%{lua:" + script + "}"});
  std::string ours;
  for (const auto& [a, b] : pairs) ours += std::to_string(pkg::compare_rpm_versions(a, b)) + ";";
  CHECK(output.substr(0, ours.size()) == ours);
}
