#include "libsupply/verdict/gate/internal/identity_evidence.hpp"

#include <algorithm>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/public_good.hpp"
#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::gate {

namespace {

/// The verifier finds an expression anywhere in the text; a policy's is for the whole of it.
Result<verify::TextPattern> pattern_of(const policy::TextMatch& text) {
  if (!text.is_regexp()) return verify::TextPattern::exact(text.text());
  return verify::TextPattern::regexp("^(?:" + text.text() + ")$");
}

Result<verify::TrustPolicy> trust_policy(const policy::Policy& policy) {
  verify::TrustPolicy trust;
  auto root =
      root::TrustedRoot::parse(policy.trusted_root.empty() ? root::public_good().trusted_root : policy.trusted_root);
  if (!root) return Error(ErrorCode::usage, "trusted_root: " + root.error().message()).at(policy.name);
  trust.trusted_root = *std::move(root);
  // A policy means any of its texts, the verifier all of them: each subject with each issuer is an identity there.
  for (const policy::NamedIdentity& each : policy.identities)
    for (const policy::TextMatch& subject : each.subjects)
      for (const policy::TextMatch& issuer : each.issuers) {
        SUPPLY_TRY(verify::TextPattern name, pattern_of(subject));
        SUPPLY_TRY(verify::TextPattern by, pattern_of(issuer));
        verify::TrustedIdentity identity{{std::move(name)}, {std::move(by)}};
        for (const auto& [extension, value] : each.extensions)
          identity.extensions.emplace(extension, verify::TextPattern::exact(value));
        trust.identities.push_back(std::move(identity));
      }
  return trust;
}

/// Both answers about one subject in one, sorted as each of them is.
void merge(verify::SubjectClaims& all, verify::SubjectClaims more, bool has_keys) {
  std::set<Digest> accepted;
  for (const auto* each : {&all, &more}) {
    for (const auto& one : each->signatures) accepted.insert(one.evidence());
    for (const auto& one : each->statements) accepted.insert(one.evidence());
  }
  std::move(more.signatures.begin(), more.signatures.end(), std::back_inserter(all.signatures));
  std::move(more.statements.begin(), more.statements.end(), std::back_inserter(all.statements));
  std::move(more.source_summaries.begin(), more.source_summaries.end(), std::back_inserter(all.source_summaries));
  const auto order = [](const auto& a, const auto& b) {
    return std::tie(a.evidence(), a.signer().fingerprint) < std::tie(b.evidence(), b.signer().fingerprint);
  };
  std::stable_sort(all.signatures.begin(), all.signatures.end(), order);
  std::stable_sort(all.statements.begin(), all.statements.end(), order);
  std::stable_sort(all.source_summaries.begin(), all.source_summaries.end(), order);
  // With keys, each reason is that of the keys, and behind it that of the identities.
  std::vector<verify::Refused> refused;
  for (verify::Refused& one : more.refused) {
    if (accepted.contains(one.evidence)) continue;
    if (has_keys)
      for (const verify::Refused& known : all.refused)
        if (known.evidence == one.evidence && known.why != one.why) {
          one.why = known.why + "; " + one.why;
          break;
        }
    refused.push_back(std::move(one));
  }
  if (has_keys)
    for (verify::Refused& one : all.refused)
      if (!accepted.contains(one.evidence) &&
          std::none_of(refused.begin(), refused.end(),
                       [&](const verify::Refused& known) { return known.evidence == one.evidence; }))
        refused.push_back(std::move(one));
  all.refused = std::move(refused);
  if (!all.unread) all.unread = std::move(more.unread);
}

}  // namespace

Status add_identities(const policy::Policy& policy, Time now, evidence::ImageEvidence& evidence, Budget& budget) {
  if (policy.identities.empty()) return {};
  SUPPLY_TRY(verify::TrustPolicy trust, trust_policy(policy));
  const verify::Verifier verifier(std::move(trust), now);
  verify::JudgedSubjects more = verifier.judge(evidence.attachments, budget);
  for (auto& [subject, outcome] : more.outcomes)
    merge(evidence.judged.outcomes[subject], std::move(outcome), !policy.keys.empty());
  if (!evidence.judged.unfinished) evidence.judged.unfinished = std::move(more.unfinished);
  return {};
}

}  // namespace supply::gate
