#include "libsupply/verdict/report/provenance_run.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::report {
namespace {

using provenance_check::JudgedStatement;
using provenance_check::RefusedAttestation;
using provenance_check::SubjectAnswer;

constexpr const char* kRule = "provenance";

Finding finding_of(const std::string& name, const std::string& expected, const SubjectAnswer& answer) {
  return {.rule = kRule,
          .severity = Severity::error,
          .subject = answer.name.empty() || answer.name == name ? answer.digest : answer.name + " " + answer.digest,
          .place = {.uri = name},
          .expected = expected,
          .found = {},
          .evidence = {},
          .remedy = {},
          .id = answer.digest};
}

/// Of a statement that is not as expected: the first check that it fails.
void tell_objection(const JudgedStatement& one, Finding& finding) {
  finding.evidence = one.evidence;
  finding.found = to_string(one);
  finding.kind = "other-package";
  if (!one.other_package.empty()) return;
  const provenance::CheckResult* objection = one.judgement.objection();
  finding.kind = objection == nullptr ? "source-level" : std::string(provenance::to_string(objection->check));
  if (objection == nullptr) return;
  if (!objection->expected.empty()) finding.expected = objection->expected;
}

std::vector<Finding> findings_of(const std::string& name, const std::string& expected, const SubjectAnswer& answer) {
  const Finding blank = finding_of(name, expected, answer);
  std::vector<Finding> findings;
  const auto add = [&](Severity severity, const char* kind) -> Finding& {
    findings.push_back(blank);
    findings.back().severity = severity;
    findings.back().kind = kind;
    return findings.back();
  };
  if (answer.satisfied()) {
    Finding& best = add(Severity::note, "");
    best.found = to_string(answer.statements.front());
    best.evidence = answer.statements.front().evidence;
    best.remedy = "none needed";
    return findings;
  }
  const std::optional<Error> undecided = answer.undecided();
  if (undecided) {
    Finding& open = add(Severity::error, "");
    open.undecided = true;
    open.found = undecided->message();
    open.remedy = "try again, or have the evidence written in a form that is read";
  }
  // Where it is not known to be a no, what is known of it only warns.
  const Severity severity = undecided ? Severity::warning : Severity::error;
  for (const JudgedStatement& one : answer.statements)
    if (!one.satisfied()) tell_objection(one, add(severity, ""));
  if (!answer.unpublished.empty()) add(severity, "unpublished").found = answer.unpublished;
  if (findings.empty()) {
    Finding& missing = add(Severity::error, "missing");
    missing.found = "no provenance that counts";
    missing.remedy = "attest it where it is built: supply provenance --attest";
  }
  for (const RefusedAttestation& refusal : answer.refused) {
    Finding& refused = add(Severity::warning, "refused");
    refused.found = refusal.evidence + ": " + refusal.why;
    refused.id = refusal.evidence;
  }
  return findings;
}

}  // namespace

JudgedSubject subject_of(const std::string& name, SubjectKind kind, const provenance_check::Request& request,
                         const provenance_check::ArtifactAnswer& answer) {
  JudgedSubject subject{.kind = kind, .name = name, .digest = answer.digest};
  std::string expected = "provenance";
  for (const Asked& one : asked_of(request)) expected += ", " + one.what + " " + one.text;
  std::vector<Finding> findings;
  for (const SubjectAnswer& one : answer.subjects) {
    if (kind == SubjectKind::image && !one.name.empty()) subject.platforms.push_back({one.name, one.digest});
    std::vector<Finding> some = findings_of(name, expected, one);
    findings.insert(findings.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    if (one.unsigned_claims > 0)
      subject.notes.push_back(
          {"unsignedClaims",
           std::to_string(one.unsigned_claims) + " statements of BuildKit that nobody signed are claims, no evidence"});
  }
  subject.rules.push_back(outcome_of(kRule, "built as expected", std::move(findings)));
  // As the exit code has it: where one platform may have evidence that was not read, no other one makes it a no.
  if (answer.undecided()) subject.rules.front().status = policy::RuleStatus::undecided;
  subject.verdict = verdict_of(subject.rules);
  return subject;
}

std::vector<Asked> asked_of(const provenance_check::Request& request) {
  const provenance::Expectations& expected = request.expected;
  std::vector<Asked> asked;
  const auto add = [&](const char* what, const std::string& text) {
    if (!text.empty()) asked.push_back({what, text});
  };
  add("source", join(expected.sources, " or ", [](const auto& pattern) { return pattern.to_string(); }));
  add("branch", expected.branch);
  add("tag", expected.tag);
  add("versioned tag", expected.versioned_tag);
  add("commit", expected.commit);
  add("builder", join(expected.builder_ids, " or "));
  add("build type", join(expected.build_types, " or "));
  for (const auto& [key, value] : expected.inputs) add("input", key + "=" + value);
  add("trigger", expected.trigger);
  if (expected.level > 0) add("level", std::to_string(expected.level));
  if (request.source) {
    add("source level", std::to_string(request.source->expected.level));
    add("source verifier",
        join(request.source->expected.verifiers, " or ", [](const auto& trust) { return trust.id; }));
  }
  if (request.package) {
    add("package", request.package->name);
    add("version", request.package->version);
  }
  return asked;
}

}  // namespace supply::report
