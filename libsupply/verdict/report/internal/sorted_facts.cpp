#include "libsupply/verdict/report/internal/sorted_facts.hpp"

#include <algorithm>

#include "libsupply/trust/attest/statement.hpp"

namespace supply::report {

std::vector<std::pair<std::string, std::string>> platforms(const policy::Facts& facts) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const policy::PlatformFacts& platform : facts.platforms) {
    all.emplace_back(platform.platform.to_string(), platform.manifest.to_string());
    for (const oci::Platform& other : platform.also_for)
      all.emplace_back(other.to_string(), platform.manifest.to_string());
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<EvidenceRow> pieces(const policy::Facts& facts) {
  std::vector<EvidenceRow> all;
  for (const auto& [digest, attached] : facts.attached) {
    const std::string subject = digest.to_string();
    for (const auto& signature : attached.signatures) {
      const attest::SignerIdentity& signer = signature.signer();
      all.push_back({subject, signature.evidence().to_string(), "signature",
                     signature.claim().legacy ? "simple signing" : std::string(attest::kCosignSignType),
                     signer.key_name, signer.fingerprint, signer.scheme, ""});
    }
    for (const policy::Attestation& each : attached.attestations)
      all.push_back({subject, each.evidence.to_string(), "attestation", each.predicate_type, each.signer.key_name,
                     each.signer.fingerprint, each.signer.scheme, ""});
    for (const policy::Refusal& refusal : attached.refused)
      all.push_back({subject, refusal.evidence.to_string(), "refused", refusal.what, "", "", "", refusal.why});
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace supply::report
