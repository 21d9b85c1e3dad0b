#include "libsupply/trust/sigstore/token_provider.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sigstore {

Result<std::string> token_in(const ServiceAnswer& answer, const char* member) {
  const Result<json::Value> value = json::parse(answer.body);
  const Result<std::string> token = value ? json::require_string(*value, member) : Result<std::string>(value.error());
  if (!token) return Error(ErrorCode::malformed, "the answer has no member " + quote(member));
  return *token;
}

std::string TokenContext::variable(const std::string& name) const {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

Result<IdentityToken> ambient_token(const TokenContext& context) {
  std::vector<const TokenProvider*> providers(all_providers().begin(), all_providers().end());
  std::sort(providers.begin(), providers.end(),
            [](const TokenProvider* a, const TokenProvider* b) { return a->order < b->order; });
  std::string names;
  for (const TokenProvider* const provider : providers) {
    names += (names.empty() ? "" : ", ") + std::string(provider->name);
    if (!provider->present(context)) continue;
    const std::string place = "identity token of " + std::string(provider->name);
    SUPPLY_TRY(const std::string text, provider->fetch(context).at(place));
    return IdentityToken::parse(text).at(place);
  }
  return Error(ErrorCode::unauthenticated,
               "no identity token: give --identity-token, or run where there is one (" + names +
                   "). A browser is not opened: get a token with another program and hand it over");
}

}  // namespace supply::sigstore
