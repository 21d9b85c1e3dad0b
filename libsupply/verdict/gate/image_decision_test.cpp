#include "libsupply/verdict/gate/image_decision.hpp"

#include <atomic>
#include <catch2/catch.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/testing/attested.hpp"
#include "libsupply/verdict/gate/collect.hpp"

namespace supply::gate {
namespace {

using testing::digest_of;
using testing::entry;
using testing::facts;
using testing::platform;
using testing::policy_of;
using testing::signature;

const Digest kImage = digest_of('1');

TEST_CASE("an image is judged by its facts, and without them it is undecided") {
  const policy::Policy policy = policy_of({entry("signatures: {any_of: [alice]}", "registry.example.org/prod/*")});
  const ImageDecision yes =
      judge("app", facts(kImage, {platform("amd64", kImage)}, {signature(kImage, "alice")}), policy);
  CHECK(yes.reference == "app");
  CHECK(yes.verdict() == Verdict::allow);
  CHECK(yes.facts);
  const ImageDecision unknown = judge("app", Error(ErrorCode::not_found, "no tag \"x\""), policy);
  CHECK(unknown.verdict() == Verdict::undecided);
  CHECK_FALSE(unknown.facts);
  CHECK(unknown.error->code() == ErrorCode::not_found);
}

TEST_CASE("several images are answered in their order, each by its own facts, whatever the threads do") {
  const policy::Policy policy = policy_of({entry("signatures: {any_of: [alice]}", "registry.example.org/prod/*")});
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) names.push_back("image " + std::to_string(i));
  std::vector<std::atomic<int>> asked(names.size());
  const std::vector<ImageDecision> all = judge_all(names, policy, [&](std::size_t i) -> Result<policy::Facts> {
    ++asked[i];
    if (i % 3 == 2) return Error(ErrorCode::unavailable, names[i]);
    const Digest image = crypto::sha256(names[i]);
    std::vector<testing::Piece> pieces;
    if (i % 3 == 0) pieces.push_back(signature(image, "alice"));
    return facts(image, {platform("amd64", image)}, pieces);
  });
  REQUIRE(all.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    INFO(names[i]);
    CHECK(asked[i] == 1);
    CHECK(all[i].reference == names[i]);
    CHECK(all[i].verdict() == (i % 3 == 0 ? Verdict::allow : i % 3 == 1 ? Verdict::deny : Verdict::undecided));
    if (i % 3 == 2) CHECK(all[i].error->message() == names[i]);
    else CHECK(all[i].facts->digest == crypto::sha256(names[i]));
  }
}

TEST_CASE("images whose content a policy asks about are read one after the other") {
  const policy::Policy policy = policy_of({entry("packages: {deny: [\"pkg:npm/x\"]}")});
  CHECK(asks_what_is_inside(policy));
  CHECK_FALSE(asks_what_is_inside(policy_of({entry("signatures: {any_of: [alice]}")})));
  std::atomic<int> inside = 0, most = 0;
  (void)judge_all(std::vector<std::string>(50, "x"), policy, [&](std::size_t) -> Result<policy::Facts> {
    most = std::max(most.load(), ++inside);
    --inside;
    return Error(ErrorCode::unavailable, "x");
  });
  CHECK(most == 1);
}

TEST_CASE("the reason of a no names each rule, with the first finding that says no and what to do") {
  const policy::Policy policy = policy_of({entry("signatures: {any_of: [alice]}", "registry.example.org/prod/*")});
  const std::string reason = reason_of(judge("app", facts(kImage, {platform("amd64", kImage)}, {}), policy).decision);
  CHECK_THAT(reason, Catch::StartsWith("deny: signatures: "));
  CHECK_THAT(reason, Catch::Contains(": found ") && Catch::Contains(", want ") && Catch::Contains("supply sign"));
  CHECK(reason_of(Decision{}) == "undecided: no entry of the policy matches it");

  Decision open;
  open.outcomes.push_back({"sbom", "an SBOM", "**", policy::RuleStatus::undecided, {}});
  open.outcomes.push_back({"tag", "no latest", "**", policy::RuleStatus::satisfied, {}});
  CHECK(reason_of(open) == "undecided: sbom: an SBOM (could not be found out)");
}

}  // namespace
}  // namespace supply::gate
