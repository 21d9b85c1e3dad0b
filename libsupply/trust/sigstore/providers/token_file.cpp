// A token in the file that cosign looks for, as Tekton Chains and Kubernetes' projected volumes put it there.
// Source: sigstore/cosign, pkg/providers/filesystem.
#include "libsupply/trust/sigstore/token_provider.hpp"

namespace supply::sigstore::providers {
namespace {

constexpr const char* kFile = "/var/run/sigstore/cosign/oidc-token";

bool present(const TokenContext& context) { return context.read_file(kFile).has_value(); }

Result<std::string> fetch(const TokenContext& context) { return context.read_file(kFile).value_or(""); }

}  // namespace

const TokenProvider& token_file() {
  static const TokenProvider provider = {"a file (/var/run/sigstore/cosign/oidc-token)", 20, present, fetch};
  return provider;
}

}  // namespace supply::sigstore::providers
