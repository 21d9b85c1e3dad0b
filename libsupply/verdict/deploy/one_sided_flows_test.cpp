// How many flows are compared, and that it is said when not all of them were.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/content/deploy/read.hpp"
#include "libsupply/verdict/deploy/score.hpp"

using namespace supply;

namespace {

/// What rule one-sided-flows says of that many pods, which one policy lets talk with each other.
std::vector<Finding> said_of(std::size_t pods) {
  std::string text =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: all, namespace: a}\n"
      "spec:\n  podSelector: {matchLabels: {a: b}}\n  policyTypes: [Ingress, Egress]\n"
      "  ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]\n"
      "  egress: [{to: [{podSelector: {matchLabels: {a: b}}}]}]\n";
  for (std::size_t i = 0; i < pods; ++i)
    text += "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p" + std::to_string(i) +
            ", namespace: a, labels: {a: b}}\nspec: {containers: [{name: x, image: a}]}\n";
  const auto deployment = deploy::read({{"pods.yaml", text}}, {});
  if (!deployment) FAIL(deployment.error().message());
  std::vector<Finding> all;
  for (const deploy::RuleFindings& each : deploy::judge(*deployment, {}))
    for (const Finding& finding : each.findings)
      if (finding.rule == "deploy/one-sided-flows") all.push_back(finding);
  return all;
}

}  // namespace

TEST_CASE("flows that are too many to compare are said, and cost no more than the limit") {
  static_assert(kMaxFlowSteps == 2'000'000);
  CHECK(said_of(500).empty());
  const std::vector<Finding> beyond = said_of(2'000);
  REQUIRE(beyond.size() == 1);
  CHECK(beyond[0].severity == Severity::warning);
  CHECK(beyond[0].found.find("were not") != std::string::npos);
}
