// A token in SIGSTORE_ID_TOKEN, as GitLab's id_tokens and people set it. Source: sigstore/cosign, pkg/providers/envvar;
// docs.gitlab.com/ci/yaml/signing_examples.
#include "libsupply/trust/sigstore/token_provider.hpp"

namespace supply::sigstore::providers {
namespace {

constexpr const char* kVariable = "SIGSTORE_ID_TOKEN";

bool present(const TokenContext& context) { return !context.variable(kVariable).empty(); }

Result<std::string> fetch(const TokenContext& context) { return context.variable(kVariable); }

}  // namespace

const TokenProvider& environment() {
  static const TokenProvider provider = {"the environment (SIGSTORE_ID_TOKEN)", 10, present, fetch};
  return provider;
}

}  // namespace supply::sigstore::providers
