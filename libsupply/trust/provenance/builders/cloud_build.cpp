// Google Cloud Build, which signs with keys of its own, for everybody the same. Source: docs.cloud.google.com/build,
// "View build provenance"; the keys are those of project verified-builder, key ring attestor, as
// `gcloud kms keys versions get-public-key 1 --location global` prints them.
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"

namespace supply::provenance {
namespace {

// SHA-256 of the keys' DER.
constexpr std::string_view kProvenanceSigner = "7ebd8a9404a4e7569477b178cc62a7909c11fb21a5715c3a96969047fa3b4e09";
constexpr std::string_view kHostedWorker = "3fe6dfada209606798e976322c8b69acae580a6708b7112f0f7a053a5b96d675";

constexpr std::string_view kWorker = "https://cloudbuild.googleapis.com/GoogleHostedWorker";

std::optional<Binding> bind(const Provenance& provenance, const attest::SignerIdentity& signer) {
  const std::string& id = provenance.builder_id;
  const bool v1 = id == kWorker;
  if (!v1 && id != std::string(kWorker) + "@v0.2" && id != std::string(kWorker) + "@v0.3") return std::nullopt;
  if (signer.fingerprint != (v1 ? kHostedWorker : kProvenanceSigner))
    return Binding{0, "builder " + quote(id) + " signs with Google's key " +
                          std::string(v1 ? "google-hosted-worker" : "provenanceSigner")};
  return Binding{3};
}

}  // namespace

namespace builders {
const BuilderFamily& cloud_build() {
  static constexpr BuilderFamily family{"cloud-build", bind, "Google Cloud Build's hosted workers, with Google's keys"};
  return family;
}
}  // namespace builders
}  // namespace supply::provenance
