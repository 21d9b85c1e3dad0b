// Buildkite's agent API. Source: buildkite/agent, api/oidc.go; sigstore/cosign, pkg/providers/buildkite.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/sigstore/token_provider.hpp"

namespace supply::sigstore::providers {
namespace {

bool present(const TokenContext& context) { return context.variable("BUILDKITE") == "true"; }

Result<std::string> fetch(const TokenContext& context) {
  const std::string token = context.variable("BUILDKITE_AGENT_ACCESS_TOKEN"),
                    job = context.variable("BUILDKITE_JOB_ID");
  if (token.empty() || job.empty())
    return Error(ErrorCode::unauthenticated,
                 "the job has none: BUILDKITE_AGENT_ACCESS_TOKEN and BUILDKITE_JOB_ID are not both set");
  std::string endpoint = context.variable("BUILDKITE_AGENT_ENDPOINT");
  if (endpoint.empty()) endpoint = "https://agent.buildkite.com/v3";
  ServiceRequest asked;
  asked.url = url_with(endpoint, "/jobs/" + http::percent_encode(job) + "/oidc/tokens");
  asked.body = json::to_text({{"audience", context.audience}});
  asked.authorization = "Token " + token;
  SUPPLY_TRY(const ServiceAnswer answer, context.client.ask(asked));
  return token_in(answer, "token");
}

}  // namespace

const TokenProvider& buildkite() {
  static const TokenProvider provider = {"Buildkite", 40, present, fetch};
  return provider;
}

}  // namespace supply::sigstore::providers
