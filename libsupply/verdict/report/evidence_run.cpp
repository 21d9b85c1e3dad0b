#include "libsupply/verdict/report/evidence_run.hpp"

#include "libsupply/verdict/report/internal/evidence_words.hpp"

namespace supply::report {
namespace {

constexpr EvidenceWords kSignatures{"signatures", "signed as asked", "signed", "sign it: supply sign"};
constexpr EvidenceWords kAttestations{"attestations", "attested as asked", "attested", "attest it: supply attest"};

std::string target_name(const evidence::RequiredManifest& target) {
  std::string name = target.platform ? target.platform->to_string() + " " : std::string();
  for (const oci::Platform& other : target.also_for) name += other.to_string() + " ";
  return name + target.manifest.to_string();
}

template <class Claim>
std::vector<Finding> findings_of(const std::string& name, const std::string& expected, const EvidenceWords& words,
                                 const evidence::ImageEvidence& evidence,
                                 const evidence::ManifestClaims<Claim>& answer) {
  Finding finding{.rule = words.rule,
                  .severity = Severity::note,
                  .subject = target_name(*answer.target),
                  .place = {.uri = name},
                  .expected = expected,
                  .found = {},
                  .evidence = {},
                  .remedy = "none needed",
                  .id = answer.target->manifest.to_string()};
  std::vector<Finding> findings;
  for (const auto* claim : answer.claims) {
    finding.found = found_of(claim->signer(), words);
    finding.evidence = claim->evidence().to_string();
    findings.push_back(finding);
  }
  if (!findings.empty()) return findings;
  finding.severity = Severity::error;
  if (const std::optional<Error> why = evidence::undecided(evidence, *answer.target)) {
    finding.undecided = true;
    finding.found = why->message();
    finding.remedy = "try again, or have the evidence written in a form that is read";
  } else {
    finding.found = "nothing that counts";
    finding.remedy = words.remedy;
  }
  return {finding};
}

// Why what is attached does not count, for a reader who was told no.
std::vector<Finding> refused_findings(const std::string& name, const EvidenceWords& words,
                                      const evidence::ImageEvidence& evidence) {
  std::vector<Finding> findings;
  for (const auto& [subject, outcome] : evidence.judged.outcomes)
    for (const verify::Refused& refused : outcome.refused)
      findings.push_back({.rule = words.rule,
                          .severity = Severity::warning,
                          .subject = subject.to_string(),
                          .place = {.uri = name},
                          .expected = "evidence that holds",
                          .found = refused.what + ": " + refused.why,
                          .evidence = refused.evidence.to_string(),
                          .remedy = "",
                          .id = refused.evidence.to_string(),
                          .kind = "refused"});
  return findings;
}

template <class Claim>
JudgedSubject judged(const std::string& name, const evidence::Question& question, const EvidenceWords& words,
                     const evidence::ImageEvidence& evidence,
                     const std::vector<evidence::ManifestClaims<Claim>>& answers) {
  JudgedSubject subject{.name = name, .digest = evidence.root.digest};
  const std::string expected = expected_of(question, words);
  std::vector<Finding> findings;
  for (const evidence::ManifestClaims<Claim>& answer : answers) {
    if (answer.target->platform)
      subject.platforms.push_back({answer.target->platform->to_string(), answer.target->manifest.to_string()});
    for (const oci::Platform& other : answer.target->also_for)
      subject.platforms.push_back({other.to_string(), answer.target->manifest.to_string()});
    const std::vector<Finding> some = findings_of(name, expected, words, evidence, answer);
    findings.insert(findings.end(), some.begin(), some.end());
  }
  if (!evidence::satisfied(answers)) {
    const std::vector<Finding> refused = refused_findings(name, words, evidence);
    findings.insert(findings.end(), refused.begin(), refused.end());
  }
  subject.rules.push_back(outcome_of(words.rule, words.title, std::move(findings)));
  subject.notes = notes_of(evidence.left_out);
  // As the exit code has it: where one target may have evidence that was not read, no other one makes it a no.
  const bool undecided = evidence::undecided(evidence, answers).has_value();
  if (undecided) subject.rules.front().status = policy::RuleStatus::undecided;
  subject.verdict = undecided                      ? gate::Verdict::undecided
                    : evidence::satisfied(answers) ? gate::Verdict::allow
                                                   : gate::Verdict::deny;
  return subject;
}

}  // namespace

JudgedSubject subject_of(const std::string& name, const evidence::Question& question,
                         const evidence::ImageEvidence& evidence,
                         const std::vector<evidence::ManifestClaims<attest::ImageSignature>>& answers) {
  return judged(name, question, kSignatures, evidence, answers);
}

JudgedSubject subject_of(const std::string& name, const evidence::Question& question,
                         const evidence::ImageEvidence& evidence,
                         const std::vector<evidence::ManifestClaims<attest::Statement>>& answers) {
  return judged(name, question, kAttestations, evidence, answers);
}

std::vector<Asked> asked_of(const evidence::Question& question) {
  std::vector<Asked> asked;
  for (const std::string& key : question.keys) asked.push_back({"by", key});
  if (question.predicate_type) asked.push_back({"type", *question.predicate_type});
  for (const auto& [key, value] : question.annotations) asked.push_back({"annotation", key + "=" + value});
  for (Asked& one : asked_of(question.platform)) asked.push_back(std::move(one));
  for (const std::string& condition : question.conditions) asked.push_back({"condition", condition});
  return asked;
}

}  // namespace supply::report
