#include "libsupply/trust/evidence/render.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/provenance_check/provenance_check.hpp"

namespace supply::provenance_check {
namespace {

nlohmann::json record_of(const JudgedStatement& one) {
  const provenance::Judgement& judgement = one.judgement;
  nlohmann::json checks = nlohmann::json::array(), sources = nlohmann::json::array();
  for (const provenance::CheckResult& check : judgement.checks)
    checks.push_back({{"check", provenance::to_string(check.check)},
                      {"passed", check.passed},
                      {"expected", check.expected},
                      {"found", check.found}});
  nlohmann::json record{{"evidence", one.evidence},
                        {"signer", evidence::to_json(one.signer)},
                        {"predicateType", one.predicate_type},
                        {"satisfied", one.satisfied()},
                        {"level", judgement.level},
                        {"knownAs", judgement.builder},
                        {"checks", std::move(checks)},
                        {"notes", judgement.notes}};
  if (!one.other_package.empty()) record["otherPackage"] = one.other_package;
  if (!one.unverified_source.empty()) record["unverifiedSource"] = one.unverified_source;
  if (judgement.claims) {
    for (const provenance::SourceRepository& source : judgement.claims->sources)
      sources.push_back({{"uri", source.uri}, {"ref", source.ref}, {"commit", source.commit}});
    record["builderId"] = judgement.claims->builder_id;
    record["buildType"] = judgement.claims->build_type;
    record["sources"] = std::move(sources);
    record["invocationId"] = judgement.claims->invocation_id;
  }
  return record;
}

}  // namespace

std::string to_string(const JudgedStatement& one) {
  const provenance::Judgement& judgement = one.judgement;
  std::string text = one.satisfied() ? "provenance" : "not as expected";
  text += " by " + one.signer.key_name;
  if (!one.satisfied()) {
    const provenance::CheckResult* check = judgement.objection();
    if (!one.other_package.empty()) return text + ": " + one.other_package;
    if (check == nullptr) return text + ": " + one.unverified_source;
    text += ": " + std::string(provenance::to_string(check->check));
    if (!check->expected.empty()) text += ": want " + check->expected + ", found";
    return text + " " + check->found;
  }
  text += ": SLSA build level " + std::to_string(judgement.level) + ", builder " + quote(judgement.claims->builder_id);
  for (const provenance::SourceRepository& source : judgement.claims->sources) text += ", source " + source.to_string();
  if (judgement.claims->sources.size() == 1 && !judgement.claims->sources[0].commit.empty())
    text += ", commit " + judgement.claims->sources[0].commit;
  return text;
}

std::string to_text(const ArtifactAnswer& answer, const TextStyle& style) {
  std::string out = colored(escape_for_terminal(answer.artifact), Color::strong, style) + "\n";
  for (const SubjectAnswer& subject : answer.subjects) {
    if (answer.subjects.size() > 1 || subject.name != answer.artifact)
      out += colored(escape_for_terminal(subject.name.empty() ? subject.digest : subject.name), Color::strong, style) +
             "\n";
    bool first = true;
    for (const JudgedStatement& one : subject.statements) {
      // After a yes the others are of interest only to who asks for everything.
      if (subject.satisfied() && !first && !style.verbose) break;
      first = false;
      out += "  " + colored(escape_for_terminal(to_string(one)), one.satisfied() ? Color::good : Color::bad, style) +
             " (" + one.evidence + ")\n";
      for (const std::string& note : one.judgement.notes) out += "    note: " + escape_for_terminal(note) + "\n";
      if (!style.verbose) continue;
      for (const provenance::CheckResult& check : one.judgement.checks)
        out += "    " + std::string(check.passed ? "yes " : "no  ") + std::string(provenance::to_string(check.check)) +
               (check.found.empty() ? "" : ": " + escape_for_terminal(check.found)) + "\n";
    }
    if (!subject.unpublished.empty())
      out += "  " + colored(escape_for_terminal(subject.unpublished), Color::bad, style) + "\n";
    if (subject.unsigned_claims > 0)
      out += "  note: " + std::to_string(subject.unsigned_claims) +
             " statements that nobody signed are claims, no evidence (BuildKit)\n";
    if (subject.satisfied() && !style.verbose) continue;
    for (const RefusedAttestation& refusal : subject.refused)
      out += "  " + colored(refusal.undecided ? "undecided" : "refused", Color::warning, style) + ": " +
             refusal.evidence + ": " + escape_for_terminal(refusal.why) + "\n";
    if (!subject.satisfied() && subject.statements.empty() && subject.refused.empty())
      out += "  " + colored("no provenance", Color::bad, style) + "\n";
  }
  return out;
}

nlohmann::json to_json(const ArtifactAnswer& answer) {
  nlohmann::json subjects = nlohmann::json::array();
  for (const SubjectAnswer& subject : answer.subjects) {
    nlohmann::json statements = nlohmann::json::array(), refused = nlohmann::json::array();
    for (const JudgedStatement& one : subject.statements) statements.push_back(record_of(one));
    for (const RefusedAttestation& refusal : subject.refused)
      refused.push_back(
          {{"evidence", refusal.evidence}, {"why", refusal.why}, {"undecided", refusal.undecided.has_value()}});
    nlohmann::json record{{"name", subject.name},
                          {"digest", subject.digest},
                          {"satisfied", subject.satisfied()},
                          {"statements", std::move(statements)},
                          {"refused", std::move(refused)},
                          {"unsignedClaims", subject.unsigned_claims}};
    if (!subject.unpublished.empty()) record["unpublished"] = subject.unpublished;
    subjects.push_back(std::move(record));
  }
  const auto why = answer.undecided();
  nlohmann::json record{{"version", 1},
                        {"artifact", answer.artifact},
                        {"satisfied", why ? nlohmann::json() : nlohmann::json(answer.satisfied())},
                        {"subjects", std::move(subjects)}};
  if (why) record["undecided"] = why->message();
  return record;
}

}  // namespace supply::provenance_check
