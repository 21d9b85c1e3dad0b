// BuildKit: it signs nothing, and names no builder where it knows none. Docker's own GitHub builder calls it in a
// reusable workflow that signs. Source: moby/buildkit, docs/attestations; docker/github-builder, README.md.
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"

namespace supply::provenance {
namespace {

constexpr std::string_view kTypes[] = {
    "https://mobyproject.org/buildkit@v1",
    "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"};
constexpr std::string_view kDocker = "https://github.com/docker/github-builder";

std::optional<Binding> bind(const Provenance& provenance, const attest::SignerIdentity& signer) {
  if (provenance.build_type != kTypes[0] && provenance.build_type != kTypes[1]) return std::nullopt;
  const auto named = signer.certificate ? WorkflowName::parse(signer.certificate->name) : std::nullopt;
  if (!named || signer.certificate->issuer != kGithubIssuer || named->repository != kDocker) return std::nullopt;
  if (!is_release_tag(named->ref))
    return Binding{0, "the builder's workflow is at " + quote(named->ref) + ", and only releases (vX.Y.Z) count"};
  return Binding{extension(signer, "11") == "github-hosted" ? 3 : 1};
}

}  // namespace

namespace builders {
const BuilderFamily& buildkit() {
  static constexpr BuilderFamily family{"buildkit", bind, "BuildKit in Docker's GitHub builder, at a release"};
  return family;
}
}  // namespace builders
}  // namespace supply::provenance
