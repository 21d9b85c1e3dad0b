#include "libsupply/verdict/gate/image_decision.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/attested.hpp"

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
