// GitHub Actions. Source: docs.github.com "OpenID Connect reference", "Methods for requesting the OIDC token".
#include "libsupply/trust/sigstore/token_provider.hpp"

namespace supply::sigstore::providers {
namespace {

constexpr const char* kUrl = "ACTIONS_ID_TOKEN_REQUEST_URL";
constexpr const char* kToken = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

bool present(const TokenContext& context) {
  return context.variable("GITHUB_ACTIONS") == "true" || !context.variable(kUrl).empty();
}

Result<std::string> fetch(const TokenContext& context) {
  const std::string url = context.variable(kUrl), token = context.variable(kToken);
  if (url.empty() || token.empty())
    return Error(ErrorCode::unauthenticated, "the job has none: it needs `permissions: id-token: write`");
  SUPPLY_TRY(const http::Url base, http::Url::parse(url).at(kUrl));
  ServiceRequest asked;
  asked.method = "GET";
  asked.url = base.with_query("audience", context.audience).to_string();
  asked.authorization = "Bearer " + token;
  SUPPLY_TRY(const ServiceAnswer answer, context.client.ask(asked));
  return token_in(answer, "value");
}

}  // namespace

const TokenProvider& github() {
  static const TokenProvider provider = {"GitHub Actions", 30, present, fetch};
  return provider;
}

}  // namespace supply::sigstore::providers
