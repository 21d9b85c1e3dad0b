#include "libsupply/verdict/policy/internal/summary_verifiers.hpp"

namespace supply::policy {

std::string SummaryVerifiers::to_string() const {
  std::string text;
  for (const auto& [id, who] : signers) text += (text.empty() ? "" : " or ") + id + " signed by " + who.to_string();
  return text;
}

std::vector<provenance::VerifierTrust> SummaryVerifiers::trusts() const {
  std::vector<provenance::VerifierTrust> trusts;
  for (const auto& each : signers) {
    const Signers* const who = &each.second;
    trusts.push_back({each.first, [who](const attest::SignerIdentity& signer) { return who->contains(signer); }});
  }
  return trusts;
}

Result<SummaryVerifiers> read_summary_verifiers(const PolicyNode& node, const PolicyScope& scope) {
  SummaryVerifiers verifiers;
  SUPPLY_TRY(const PolicyNode written, node.require("verifiers"));
  SUPPLY_TRY(const auto members, written.members());
  for (const auto& [id, value] : members) {
    SUPPLY_TRY(value.only({"keys"}));
    SUPPLY_TRY(verifiers.signers[id], scope.keys_or_signers(value, "verification summary"));
  }
  return verifiers;
}

}  // namespace supply::policy
