// BuildKit: it signs nothing, and names no builder where it knows none. Docker's own GitHub builder calls it in a
// reusable workflow that signs. Source: moby/buildkit, docs/attestations; docker/github-builder, README.md.
#include <re2/re2.h>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"

namespace supply::provenance {
namespace {

constexpr std::string_view kTypes[] = {
    "https://mobyproject.org/buildkit@v1",
    "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"};
constexpr std::string_view kDocker = "https://github.com/docker/github-builder";

// README.md: workflows are called at a major version's tag, which Docker moves. A commit may be one of a fork.
bool is_release(std::string_view ref) {
  static const RE2 form(R"(refs/tags/v[0-9]+(?:\.[0-9]+){0,2})", RE2::Quiet);
  return RE2::FullMatch(re2::StringPiece(ref.data(), ref.size()), form);
}

std::optional<Binding> bind(const Provenance& provenance, const attest::SignerIdentity& signer) {
  if (provenance.build_type != kTypes[0] && provenance.build_type != kTypes[1]) return std::nullopt;
  const auto named = signer.certificate ? WorkflowName::parse(signer.certificate->name) : std::nullopt;
  if (!named || signer.certificate->issuer != kGithubIssuer || named->repository != kDocker) return std::nullopt;
  if (!is_release(named->ref))
    return Binding{0, "the builder's workflow is at " + quote(named->ref) + ", and only releases (v1, v1.2.3) count"};
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
