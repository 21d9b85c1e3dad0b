#include "libsupply/verdict/policy/facts.hpp"

namespace supply::policy {

Attestation::Attestation(const attest::Verified<attest::Statement>& statement)
    : signer(statement.signer()), evidence(statement.evidence()), predicate_type(statement.claim().predicate_type) {}

ProvenanceStatement::ProvenanceStatement(const attest::Verified<attest::Statement>& statement)
    : Attestation(statement) {
  auto read = provenance::read(statement.claim().predicate_type, statement.claim().predicate);
  if (read) claims = *std::move(read);
  else problem = read.error().message();
}

SourceSummaryStatement::SourceSummaryStatement(const attest::Verified<attest::Statement>& statement)
    : Attestation(statement),
      summary{provenance::commits_of(statement.claim()), predicate_type, statement.claim().predicate, signer} {}

std::vector<std::pair<Digest, const SubjectEvidence*>> Facts::evidence_for(const PlatformFacts& platform) const {
  std::vector<std::pair<Digest, const SubjectEvidence*>> all;
  const auto add = [&](const Digest& subject) {
    if (const auto found = attached.find(subject); found != attached.end()) all.emplace_back(subject, &found->second);
  };
  for (const Digest& ancestor : platform.ancestors) add(ancestor);
  add(platform.manifest);
  return all;
}

Subject Facts::subject() const {
  return {.digest = digest,
          .names = names.empty() ? std::vector{reference} : names,
          .place = {.uri = reference.to_string()},
          .now = now};
}

void Facts::release_contents() {
  for (PlatformFacts& platform : platforms) {
    PlatformFacts kept{.platform = std::move(platform.platform), .manifest = std::move(platform.manifest)};
    kept.ancestors = std::move(platform.ancestors);
    platform = std::move(kept);
  }
}

}  // namespace supply::policy
