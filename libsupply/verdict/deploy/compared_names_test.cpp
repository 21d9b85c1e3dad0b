// How many names are compared, and that it is undecided what those beyond are.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/content/deploy/read.hpp"
#include "libsupply/verdict/deploy/score.hpp"

using namespace supply;

namespace {

/// What rule named-resources says of an Ingress that names a service so often, beside so many services.
std::vector<Finding> said_of(std::size_t services, std::size_t names) {
  std::string text =
      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: door, namespace: a}\n"
      "spec:\n  rules:\n  - http:\n      paths:\n";
  for (std::size_t i = 0; i < names; ++i) text += "      - {backend: {service: {name: x}}}\n";
  for (std::size_t i = 0; i < services; ++i)
    text += "---\napiVersion: v1\nkind: Service\nmetadata: {name: service-" + std::to_string(i) + ", namespace: a}\n";
  const auto deployment = deploy::read({{"door.yaml", text}}, {});
  if (!deployment) FAIL(deployment.error().message());
  std::vector<Finding> all;
  for (const deploy::RuleFindings& each : deploy::judge(*deployment, {}))
    for (const Finding& finding : each.findings)
      if (finding.rule == "deploy/named-resources") all.push_back(finding);
  return all;
}

}  // namespace

TEST_CASE("names that are too many to compare are undecided, and cost no more than the limit") {
  static_assert(kMaxDeploymentPairs == 14'000'000);
  CHECK(said_of(1'400, 10'000).empty());
  const std::vector<Finding> beyond = said_of(1'400, 10'001);
  REQUIRE(beyond.size() == 1);
  CHECK(beyond[0].undecided);
  CHECK(beyond[0].severity == Severity::error);
  CHECK(beyond[0].subject == "Ingress a/door");
  CHECK(beyond[0].found.find("were not") != std::string::npos);
}
