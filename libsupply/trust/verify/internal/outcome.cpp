#include "libsupply/trust/verify/internal/outcome.hpp"

#include <algorithm>
#include <tuple>

#include "libsupply/base/limits/statement_limits.hpp"

namespace supply::verify::internal {

using attachments::AttachmentKind;

std::string_view name_of(AttachmentKind kind) {
  switch (kind) {
    case AttachmentKind::bundle: return "bundle";
    case AttachmentKind::simple_signing: return "simple signing";
    case AttachmentKind::envelope: return "attestation";
    case AttachmentKind::unsigned_statement: return "statement";
  }
  return "";
}

namespace {

template <class Claim>
void sort_claims(std::vector<attest::Verified<Claim>>& claims) {
  const auto key = [](const attest::Verified<Claim>& one) {
    return std::tie(one.evidence(), one.signer().fingerprint, one.signer().unchecked);
  };
  std::stable_sort(claims.begin(), claims.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto same = [](const auto& a, const auto& b) {
    return a.evidence() == b.evidence() && a.signer().fingerprint == b.signer().fingerprint;
  };
  claims.erase(std::unique(claims.begin(), claims.end(), same), claims.end());
}

}  // namespace

void tidy(SubjectClaims& outcome) {
  sort_claims(outcome.signatures);
  sort_claims(outcome.statements);
  sort_claims(outcome.source_summaries);
  const auto key = [](const Refused& one) { return std::tie(one.evidence, one.what, one.why); };
  std::vector<Refused>& refused = outcome.refused;
  std::stable_sort(refused.begin(), refused.end(), [&](const Refused& a, const Refused& b) { return key(a) < key(b); });
  refused.erase(
      std::unique(refused.begin(), refused.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }),
      refused.end());
  if (refused.size() <= kMaxRefusedListed) return;
  const std::size_t more = refused.size() - kMaxRefusedListed;
  refused.erase(refused.begin() + kMaxRefusedListed, refused.end());
  refused.push_back(
      {refused.back().evidence, "evidence", "and " + std::to_string(more) + " more that prove nothing are not listed"});
}

}  // namespace supply::verify::internal
