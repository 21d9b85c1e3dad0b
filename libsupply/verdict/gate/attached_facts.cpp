#include "libsupply/verdict/gate/attached_facts.hpp"

#include <algorithm>

#include "libsupply/verdict/gate/internal/sbom_facts.hpp"

namespace supply::gate {

Sboms add_attached(verify::JudgedSubjects judged, const policy::Needs& needs, policy::Facts& facts) {
  Sboms sboms;
  for (auto& [subject, outcome] : judged.outcomes) {
    policy::SubjectEvidence& attached = facts.attached[subject];
    attached.signatures = std::move(outcome.signatures);
    auto& of_subject = sboms[subject];
    for (auto& statement : outcome.statements) {
      const std::string_view type = statement.claim().predicate_type;
      policy::Attestation& attestation = attached.attestations.emplace_back(statement);
      if (needs.predicates && (needs.sbom_predicates || !attest::is_sbom(type)))
        attestation.predicate = statement.claim().predicate;
      if (attest::predicate_kind(type) == attest::PredicateKind::provenance)
        attached.provenance.emplace_back(statement);
      else if (attest::is_sbom(type)) of_subject.push_back(std::move(statement));
    }
    for (const auto& statement : outcome.source_summaries) attached.source_summaries.emplace_back(statement);
    for (const verify::Refused& refused : outcome.refused)
      attached.refused.push_back({refused.evidence, refused.what, refused.why});
    std::sort(attached.refused.begin(), attached.refused.end());
    if (outcome.unread) attached.unread = outcome.unread->message();
  }
  facts.unfinished = std::move(judged.unfinished);
  return sboms;
}

void add_sboms(const Sboms& sboms, const pkg::Inventory* actual, const std::set<std::string>& profiles,
               policy::PlatformFacts& platform) {
  std::vector<Digest> evidence_for = platform.ancestors;
  evidence_for.push_back(platform.manifest);
  for (const Digest& subject : evidence_for)
    if (const auto found = sboms.find(subject); found != sboms.end())
      for (const auto& statement : found->second) platform.sboms.push_back(attached_sbom(statement, actual, profiles));
}

}  // namespace supply::gate
