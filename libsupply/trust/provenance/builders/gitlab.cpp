// GitLab CI of gitlab.com, by its runner or by npm in its jobs: the certificate names the project's configuration.
// Source: docs.gitlab.com, ci/pipeline_security/slsa; sigstore/fulcio, docs/oidc.md; npm/cli, libnpmpublish.
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"
#include "libsupply/trust/provenance/internal/build_types.hpp"

namespace supply::provenance {
namespace {

// "https://gitlab.com/group/project" of "https://gitlab.com/group/project/-/runners/7".
std::string project_of(std::string_view builder) {
  const std::size_t runners = builder.find("/-/runners/");
  if (!builder.starts_with("https://gitlab.com/") || runners == std::string_view::npos) return {};
  const std::string_view runner = builder.substr(runners + 11);
  const bool number = is_digits(runner);
  return number ? std::string(builder.substr(0, runners)) : std::string();
}

std::optional<Binding> bind(const Provenance& provenance, const attest::SignerIdentity& signer) {
  const std::string project = project_of(provenance.builder_id);
  // Of another build type nothing would compare the certificate with the source.
  if (project.empty() || family_of(provenance.build_type) != Family::gitlab) return std::nullopt;
  if (!signer.certificate || signer.certificate->issuer != kGitlabIssuer)
    return Binding{0, "builder " + quote(provenance.builder_id) + " signs with its project's name at gitlab.com"};
  if (const std::string source = extension(signer, "12"); source != project)
    return Binding{0, "the certificate is of project " + quote(source) + ", the builder of " + quote(project)};
  return Binding{extension(signer, "11") == "gitlab-hosted" ? 2 : 1};
}

}  // namespace

namespace builders {
const BuilderFamily& gitlab() {
  static constexpr BuilderFamily family{"gitlab", bind, "GitLab CI of gitlab.com"};
  return family;
}
}  // namespace builders
}  // namespace supply::provenance
