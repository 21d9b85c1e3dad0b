// Verification summaries (VSA): what another verifier, which the policy trusts, found out about the image, its source
// and its dependencies. Source: slsa.dev/spec/v1.2/verification_summary, "How to verify".
#include <fmt/format.h>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_version.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"
#include "libsupply/verdict/policy/internal/summary_verifiers.hpp"

namespace supply::policy::rules {

namespace {

using supply::provenance::SummaryCheck;
using supply::provenance::SummaryExpectations;

struct Wanted {
  SummaryVerifiers verifiers;
  SummaryExpectations expected;  ///< all but the verifiers, whose signers are above
};

struct Part : RulePart {
  std::vector<Wanted> all;
};

std::string expected(const Wanted& wanted) {
  std::string text = fmt::format("a verification summary PASSED by {} of {} with {}", wanted.verifiers.to_string(),
                                 fmt::join(wanted.expected.resources, " or "), fmt::join(wanted.expected.levels, ", "));
  for (const auto& [algorithm, hex] : wanted.expected.policy_digest)
    text += fmt::format(" by policy {}:{}", algorithm, hex);
  if (wanted.expected.dependency_level)
    text += fmt::format(" with dependencies of level {} or more", *wanted.expected.dependency_level);
  if (wanted.expected.max_age) text += fmt::format(" at most {} days old", wanted.expected.max_age->count() / 86'400);
  return text;
}

/// A summary by a verifier that counts, about a resource that is asked for.
struct Candidate {
  std::string evidence, why;  ///< why it does not do, or empty
  std::optional<Time> time;
};

void judge_platform(const Facts& facts, const PlatformFacts& platform, const Wanted& wanted, Rulings& rulings) {
  SummaryExpectations asked = wanted.expected;
  asked.verifiers = wanted.verifiers.trusts();
  const auto evidence_for = facts.evidence_for(platform);
  std::vector<Candidate> candidates;
  std::map<std::string, std::string> objections, unread, versions;
  std::optional<Time> newest;
  const auto is_verifier = [&](const attest::SignerIdentity& signer) {
    return std::any_of(wanted.verifiers.signers.begin(), wanted.verifiers.signers.end(),
                       [&](const auto& each) { return each.second.contains(signer); });
  };
  for (const auto& [subject, attached] : evidence_for)
    for (const Attestation& each : attached->attestations) {
      if (attest::is_other_version(each.predicate_type, predicates::kVerificationSummaryType) &&
          is_verifier(each.signer))
        versions.emplace(each.evidence.to_string(),
                         attest::unread_version("a verification summary", each.predicate_type));
      if (each.predicate_type != predicates::kVerificationSummaryType) continue;
      const auto judgement =
          supply::provenance::judge_summary(each.predicate_type, each.predicate, each.signer, asked, facts.now);
      std::string why;
      bool counts = judgement.summary.has_value();
      for (const auto& check : judgement.checks) {
        if (check.passed) continue;
        counts = counts && check.check != SummaryCheck::verifier && check.check != SummaryCheck::resource;
        if (why.empty()) why = fmt::format("{}: {}", to_string(check.check), check.found);
      }
      if (!judgement.summary && is_verifier(each.signer)) unread.emplace(each.evidence.to_string(), why);
      if (!counts) {
        objections.emplace(each.evidence.to_string(), why.empty() ? "nothing was checked" : std::move(why));
        continue;
      }
      candidates.push_back({each.evidence.to_string(), std::move(why), judgement.summary->time_verified});
      newest = std::max(newest, judgement.summary->time_verified);
    }
  const std::string remedy = "have the verifier judge the image, and attach its summary";
  std::map<std::string, std::string> good, bad;
  // The verifier's last word counts: what passed before it failed is no yes. One without a time may be the last.
  for (const Candidate& each : candidates)
    if (!each.time || each.time == newest) (each.why.empty() ? good : bad).emplace(each.evidence, each.why);
  for (const auto& [evidence, why] : bad)
    rulings.denied({subject_of(platform), expected(wanted), why, evidence, remedy}, "not-satisfied");
  if (!bad.empty()) return;
  // It may be the verifier's last word, or the one that is asked for.
  for (const auto& [evidence, why] : versions)
    rulings.undecided({subject_of(platform), expected(wanted), why, evidence, remedy}, "unread-summary");
  if (!versions.empty()) return;
  if (!good.empty()) {
    // And so may be one that cannot be read.
    for (const auto& [evidence, why] : unread)
      rulings.undecided({subject_of(platform), expected(wanted), why, evidence, remedy}, "unread-summary");
    if (!unread.empty()) return;
    rulings.satisfied({subject_of(platform), expected(wanted),
                       "verified " + (newest ? to_rfc3339(*newest) : std::string("at a time that it does not say")),
                       good.begin()->first, ""});
    return;
  }
  rulings.none_counts(
      {subject_of(platform), expected(wanted), "no verification summary signed by a key of the policy", "", remedy},
      objections, evidence_for);
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("verification_summaries", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms)
    for (const Wanted& wanted : as<Part>(asked).all) judge_platform(facts, platform, wanted, rulings);
  return std::move(rulings).finish();
}

Result<Wanted> read_wanted(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(node.only({"verifiers", "resources", "levels", "policy", "dependency_level", "max_age"}));
  Wanted wanted;
  SUPPLY_TRY(wanted.verifiers, read_summary_verifiers(node, scope));
  SUPPLY_TRY(const PolicyNode resources, node.require("resources"));
  SUPPLY_TRY(wanted.expected.resources, read_patterns(resources));
  SUPPLY_TRY(const PolicyNode levels, node.require("levels"));
  SUPPLY_TRY(wanted.expected.levels, levels.texts());
  for (const std::string& level : wanted.expected.levels)
    if (level == "FAILED" || level.ends_with("_UNEVALUATED"))
      return levels.error(quote(level) + " is what nothing was proven of");
  if (const auto digest = node.find("policy")) {
    SUPPLY_TRY(const std::string text, digest->text());
    const auto parsed = Digest::parse(text);
    if (!parsed) return digest->error(parsed.error().message());
    wanted.expected.policy_digest.emplace(parsed->algorithm(), parsed->encoded());
  }
  if (const auto least = node.find("dependency_level")) {
    SUPPLY_TRY(wanted.expected.dependency_level, least->integer(1, 3));
  }
  if (const auto age = node.find("max_age")) {
    SUPPLY_TRY(wanted.expected.max_age, age->duration());
  }
  return wanted;
}

ParsedPart parse(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(const std::vector<PolicyNode> entries, node.list());
  if (entries.empty()) return node.error("an empty list");
  Part part;
  for (const PolicyNode& entry : entries) {
    SUPPLY_TRY(Wanted wanted, read_wanted(entry, scope));
    part.all.push_back(std::move(wanted));
  }
  return part_of(std::move(part));
}

void needs(const RulePart&, Needs& needs) { needs.predicates = true; }

constexpr std::string_view kSchema = R"({
  "description": "Verification summaries that must be there. Every one of the list is asked.",
  "type": "array",
  "minItems": 1,
  "items": {
    "type": "object",
    "additionalProperties": false,
    "required": ["verifiers", "resources", "levels"],
    "properties": {
      "verifiers": {"$ref": "#/$defs/verifiers"},
      "resources": {"description": "Patterns of resourceUri.", "$ref": "#/$defs/patterns"},
      "levels": {"description": "SLSA_BUILD_LEVEL_2: this or a higher one of its track; other words as they are. All of them.", "$ref": "#/$defs/names"},
      "policy": {"description": "The digest of the policy that the verifier used.", "type": "string"},
      "dependency_level": {"description": "The least SLSA build level of every transitive dependency.", "type": "integer", "minimum": 1, "maximum": 3},
      "max_age": {"description": "Of timeVerified.", "$ref": "#/$defs/duration"}
    }
  }
})";

constexpr std::string_view kGuide =
    R"md(Verification summaries (VSA, `https://slsa.dev/verification_summary/v1`) attached to the image, judged by the steps of SLSA's
specification: signed by one of the `keys` of its `verifier.id`, about this image, of a `resourceUri` that matches `resources`,
PASSED, with all of `levels`: `SLSA_BUILD_LEVEL_2` is that or a higher level of the same track, `SLSA_SOURCE_LEVEL_3` what was
found of the source; other words (`SLSA_BUILD_REPRODUCED`) must be there as they are. `policy` is the digest of the policy that
the verifier used, `dependency_level` the least build level of every transitive dependency (a summary that says nothing of
them is a no), `max_age` how long ago it was verified; one without a time is too old then, and one more than five minutes in
the future is never good.

Of several that count the newest decides: what passed before it failed is no yes. `supply gate -o vsa --key KEY` makes such
summaries, `--attest` attaches them.)md";

}  // namespace

const Rule& verification_summaries() {
  static constexpr Rule rule{.id = "verification_summaries",
                             .title = "verified by those whom the policy trusts to verify",
                             .denied = "not verified by those whom the policy trusts to verify",
                             .member = "verification_summaries",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .needs = needs,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
