#include "libsupply/verdict/report/blob_run.hpp"

#include "libsupply/verdict/report/internal/evidence_words.hpp"

namespace supply::report {
namespace {

constexpr EvidenceWords kSignature{"signatures", "signed as asked", "signed", "sign it: supply sign-blob"};
constexpr EvidenceWords kAttestation{"attestations", "attested as asked", "attested", "attest it: supply attest-blob"};

const EvidenceWords& words_of(BlobClaim claim) { return claim == BlobClaim::signature ? kSignature : kAttestation; }

Finding finding_of(const evidence::Question& question, const EvidenceWords& words) {
  return {.rule = words.rule,
          .severity = Severity::error,
          .subject = question.image,
          .place = {.uri = question.image},
          .expected = expected_of(question, words),
          .found = {},
          .evidence = {},
          .remedy = words.remedy,
          .id = question.image};
}

}  // namespace

JudgedSubject subject_of(const evidence::Question& question, BlobClaim claim, const ProvenBlob& proven) {
  const EvidenceWords& words = words_of(claim);
  JudgedSubject subject{.kind = SubjectKind::file, .name = question.image, .digest = proven.digest};
  Finding finding = finding_of(question, words);
  finding.severity = Severity::note;
  finding.found = found_of(proven.signer, words);
  if (!proven.predicate_type.empty()) finding.found += ", of type " + proven.predicate_type;
  finding.evidence = proven.evidence;
  finding.remedy = "none needed";
  subject.rules.push_back(outcome_of(words.rule, words.title, {std::move(finding)}));
  for (const std::string& why : proven.refused) subject.notes.push_back({"refused", why});
  subject.verdict = verdict_of(subject.rules);
  return subject;
}

JudgedSubject subject_of(const evidence::Question& question, BlobClaim claim, const Error& why) {
  const EvidenceWords& words = words_of(claim);
  JudgedSubject subject{.kind = SubjectKind::file, .name = question.image};
  if (why.code() != ErrorCode::mismatch) {
    subject.error = why;
    return subject;
  }
  Finding finding = finding_of(question, words);
  finding.found = why.message();
  subject.rules.push_back(outcome_of(words.rule, words.title, {std::move(finding)}));
  subject.verdict = verdict_of(subject.rules);
  return subject;
}

}  // namespace supply::report
