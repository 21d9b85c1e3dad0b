// GitHub's artifact attestations: a workflow, or the reusable workflow that it calls, signs with its own name. Source:
// docs.github.com, "Artifact attestations"; actions/toolkit, packages/attest.
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"

namespace supply::provenance {
namespace {

constexpr std::string_view kBuildType = "https://actions.github.io/buildtypes/workflow/v1";
constexpr std::string_view kHosted = "https://github.com/actions/runner/github-hosted";  // before July 2024

std::optional<Binding> bind(const Provenance& provenance, const attest::SignerIdentity& signer) {
  if (provenance.build_type != kBuildType) return std::nullopt;
  const bool by_runner = provenance.builder_id == kHosted;
  if (!by_runner && !WorkflowName::parse(provenance.builder_id)) return std::nullopt;
  const auto named = signer.certificate ? WorkflowName::parse(signer.certificate->name) : std::nullopt;
  if (!named || signer.certificate->issuer != kGithubIssuer)
    return Binding{0, "builder " + quote(provenance.builder_id) + " signs with its workflow's name at GitHub"};
  if (!by_runner && signer.certificate->name != provenance.builder_id)
    return Binding{0, "it is signed by " + quote(signer.certificate->name) + ", another workflow than its builder"};
  const std::string runner = extension(signer, "11");
  if (by_runner && runner != "github-hosted")
    return Binding{0, "the certificate says runner " + quote(runner) + ", and the builder is github-hosted"};
  // A workflow of one's own can say of its build what it likes, and somebody's machine anything.
  return Binding{runner == "github-hosted" ? 2 : 1};
}

}  // namespace

namespace builders {
const BuilderFamily& github_attestation() {
  static constexpr BuilderFamily family{"github-attestation", bind, "GitHub's artifact attestations, by any workflow"};
  return family;
}
}  // namespace builders
}  // namespace supply::provenance
