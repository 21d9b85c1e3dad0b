// GitLab CI, where a job has only the tokens that it declares. Source:
// docs.gitlab.com/ci/secrets/id_token_authentication.
#include "libsupply/trust/sigstore/token_provider.hpp"

namespace supply::sigstore::providers {
namespace {

bool present(const TokenContext& context) { return context.variable("GITLAB_CI") == "true"; }

// A declared one is in SIGSTORE_ID_TOKEN, which is asked before.
Result<std::string> fetch(const TokenContext&) {
  return Error(ErrorCode::unauthenticated,
               "the job has none: it needs `id_tokens: {SIGSTORE_ID_TOKEN: {aud: sigstore}}`");
}

}  // namespace

const TokenProvider& gitlab() {
  static const TokenProvider provider = {"GitLab CI", 35, present, fetch};
  return provider;
}

}  // namespace supply::sigstore::providers
