#include "libsupply/trust/provenance/source_summary.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_version.hpp"

namespace supply::provenance {

namespace {

/// What the summaries say of one source: empty when it is verified.
std::string objection_to(const SourceRepository& source, std::span<const SourceSummary> summaries,
                         SummaryExpectations asked, Time now) {
  if (!source.address) return "source " + source.to_string();
  if (!is_commit(source.commit)) return "source " + source.to_string() + ": the provenance does not say its commit";
  const std::string commit = to_lower(source.commit);
  std::optional<Time> newest;
  std::string why, other, untimed;
  bool found = false;
  for (const SourceSummary& each : summaries) {
    if (std::find(each.commits.begin(), each.commits.end(), commit) == each.commits.end()) continue;
    const SummaryJudgement judgement = judge_summary(each.predicate_type, each.predicate, each.signer, asked, now);
    std::string failed;
    bool counts = judgement.summary.has_value();
    for (const SummaryCheckResult& check : judgement.checks) {
      if (check.passed || check.check == SummaryCheck::resource) continue;  // compared as an address, below
      counts = counts && check.check != SummaryCheck::verifier;
      if (failed.empty())
        failed = std::string(to_string(check.check)) + ": " + check.found +
                 (check.expected.empty() ? "" : ", and " + check.expected + " is asked");
    }
    if (counts) {
      const Result<SourceUri> resource = SourceUri::parse(judgement.summary->resource_uri);
      counts = resource && resource->address == *source.address;
      if (!counts) failed = "resource: " + quote(judgement.summary->resource_uri);
    }
    if (!counts) {
      other = std::max(other, failed);
      continue;
    }
    // The verifier's last word counts; of two of one time, the no.
    const std::optional<Time> time = judgement.summary->time_verified;
    if (!time && !judgement.summary->passed) untimed = std::max(untimed, failed);  // it may be the last word
    if (found && time < newest) continue;
    why = found && time == newest ? std::max(why, failed) : failed;
    newest = time;
    found = true;
  }
  const std::string name = "source " + source.to_string() + " at commit " + commit;
  if (!found) return name + ": no verification summary of it counts" + (other.empty() ? "" : " (" + other + ")");
  if (why.empty()) why = untimed;
  return why.empty() ? "" : name + ": its verification summary does not do (" + why + ")";
}

}  // namespace

std::vector<std::string> commits_of(const attest::Statement& statement) {
  std::vector<std::string> commits;
  if (statement.predicate_type != predicates::kVerificationSummaryType &&
      !attest::is_other_version(statement.predicate_type, predicates::kVerificationSummaryType))
    return commits;
  for (const attest::Subject& subject : statement.subjects)
    if (const auto found = subject.digest.find("gitCommit"); found != subject.digest.end() && is_commit(found->second))
      commits.push_back(to_lower(found->second));
  return commits;
}

std::string source_objection(const Provenance& provenance, std::span<const SourceSummary> summaries,
                             const SourceExpectations& expected, Time now) {
  SummaryExpectations asked;
  asked.verifiers = expected.verifiers;
  asked.levels = {"SLSA_SOURCE_LEVEL_" + std::to_string(expected.level)};
  asked.max_age = expected.max_age;
  if (!provenance.contradiction.empty()) return "it contradicts itself: " + provenance.contradiction;
  if (provenance.sources.empty()) return "it names no source";
  for (const SourceRepository& source : provenance.sources)
    if (std::string why = objection_to(source, summaries, asked, now); !why.empty()) return why;
  return "";
}

}  // namespace supply::provenance
