// npm publish --provenance, in GitHub Actions and in GitLab CI. Source: npm/cli, workspaces/libnpmpublish/lib/
// provenance.js; docs.npmjs.com, "Generating provenance statements".
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"

namespace supply::provenance {
namespace {

bool is_github_type(std::string_view type) {
  return type == "https://github.com/npm/cli/gha@v1" || type == "https://github.com/npm/cli/gha/v2" ||
         type == "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1";
}

std::optional<Binding> bind(const Provenance& provenance, const attest::SignerIdentity& signer) {
  // Before runners were told apart it was the first of these.
  const bool hosted = provenance.builder_id == "https://github.com/actions/runner" ||
                      provenance.builder_id == "https://github.com/actions/runner/github-hosted";
  const bool self_hosted = provenance.builder_id == "https://github.com/actions/runner/self-hosted";
  if (!is_github_type(provenance.build_type) || (!hosted && !self_hosted)) return std::nullopt;
  const auto named = signer.certificate ? WorkflowName::parse(signer.certificate->name) : std::nullopt;
  if (!named || signer.certificate->issuer != kGithubIssuer)
    return Binding{0, "npm in GitHub Actions signs with the workflow's name"};
  const std::string runner = extension(signer, "11");  // absent before 2023
  if (!runner.empty() && runner != (hosted ? "github-hosted" : "self-hosted"))
    return Binding{0,
                   "the certificate says runner " + quote(runner) + ", the builder is " + quote(provenance.builder_id)};
  return Binding{hosted ? 2 : 1};
}

}  // namespace

namespace builders {
const BuilderFamily& npm() {
  static constexpr BuilderFamily family{"npm", bind, "npm publish --provenance in GitHub Actions"};
  return family;
}
}  // namespace builders
}  // namespace supply::provenance
