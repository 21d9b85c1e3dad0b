// Google Cloud Build, which signs with keys of its own. Source: docs.cloud.google.com/build, "View build provenance".
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"
#include "libsupply/trust/provenance/cloud_build_keys.hpp"

namespace supply::provenance {
namespace {

using Kind = CloudBuildKey::Kind;

constexpr std::string_view kWorker = "https://cloudbuild.googleapis.com/GoogleHostedWorker";
constexpr std::string_view kV1Type = "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1";

// The build type that a builder of that version writes.
bool writes(std::string_view builder, std::string_view build_type) {
  if (builder == kWorker) return build_type == kV1Type;
  if (builder.ends_with("@v0.2")) return build_type == builder;
  return build_type.starts_with("https://cloudbuild.googleapis.com/CloudBuildYaml@") ||
         build_type.starts_with("https://cloudbuild.googleapis.com/CloudBuildSteps@");
}

bool signs_for(const attest::SignerIdentity& signer, bool v1) {
  for (const CloudBuildKey& key : kCloudBuildKeys)
    if (key.fingerprint == signer.fingerprint) return (key.kind == Kind::v1) == v1;
  return false;
}

std::optional<Binding> bind(const Provenance& provenance, const attest::SignerIdentity& signer) {
  const std::string& id = provenance.builder_id;
  const bool v1 = id == kWorker;
  if (!v1 && id != std::string(kWorker) + "@v0.2" && id != std::string(kWorker) + "@v0.3") return std::nullopt;
  if (!signs_for(signer, v1))
    return Binding{0, "builder " + quote(id) + " signs with Google's key " +
                          std::string(v1 ? "google-hosted-worker" : "provenanceSigner, or that of a region")};
  if (!writes(id, provenance.build_type))
    return Binding{0, "builder " + quote(id) + " writes no build type " + quote(provenance.build_type)};
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
