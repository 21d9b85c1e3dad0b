// The builders and generators of slsa-framework: reusable workflows that sign with their own name, so that a caller's
// workflow has no part in what they say. Source: slsa-framework/slsa-github-generator, README.md and SPECIFICATIONS.md.
#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"
#include "libsupply/trust/provenance/internal/build_types.hpp"

namespace supply::provenance {
namespace {

constexpr std::string_view kRepository = "https://github.com/slsa-framework/slsa-github-generator";
constexpr std::string_view kBuilders[] = {
    ".github/workflows/builder_go_slsa3.yml", ".github/workflows/builder_container-based_slsa3.yml",
    ".github/workflows/generator_generic_slsa3.yml", ".github/workflows/generator_container_slsa3.yml"};
// They run a builder that somebody brings: the caller's workflow names it, and their provenance says which.
constexpr std::string_view kDelegators[] = {".github/workflows/delegator_generic_slsa3.yml",
                                            ".github/workflows/delegator_lowperms-generic_slsa3.yml"};

bool is_one_of(std::span<const std::string_view> paths, std::string_view path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

std::optional<Binding> bind(const Provenance& provenance, const attest::SignerIdentity& signer) {
  const auto builder = WorkflowName::parse(provenance.builder_id);
  const auto named = signer.certificate ? WorkflowName::parse(signer.certificate->name) : std::nullopt;
  const bool by_generator = named && named->repository == kRepository && signer.certificate->issuer == kGithubIssuer;
  const bool own = builder && builder->repository == kRepository;
  const bool delegated = by_generator && is_one_of(kDelegators, named->path);
  if (!own && !delegated) return std::nullopt;
  const Family type = family_of(provenance.build_type);
  if (type != Family::github_generator && type != Family::container_based)
    return Binding{0, "build type " + quote(provenance.build_type) + " is none of the builder's"};
  if (!builder) return Binding{0, "builder " + quote(provenance.builder_id) + " is no workflow"};
  if (!by_generator)
    return Binding{0, "builder " + quote(provenance.builder_id) + " signs with its own workflow's name"};
  if (!is_release_tag(named->ref))
    return Binding{0, "the builder's workflow is at " + quote(named->ref) + ", and only releases (vX.Y.Z) count"};
  if (delegated) {
    // Somebody's own builder is trusted by name (builder ids that are expected, a map of one's own), not here.
    if (!own) return Binding{2, {}, true};
    if (!is_release_tag(builder->ref))
      return Binding{0, "builder " + quote(provenance.builder_id) + " is not at a release (vX.Y.Z)"};
    return Binding{3};
  }
  if (!is_one_of(kBuilders, named->path)) return Binding{0, "workflow " + quote(named->path) + " is no builder of its"};
  if (signer.certificate->name != provenance.builder_id)
    return Binding{0, "it is signed by " + quote(signer.certificate->name) + ", another builder than it names"};
  return Binding{3};
}

}  // namespace

namespace builders {
const BuilderFamily& slsa_github_generator() {
  static constexpr BuilderFamily family{"slsa-github-generator", bind,
                                        "slsa-framework's reusable workflows, at a release"};
  return family;
}
}  // namespace builders
}  // namespace supply::provenance
