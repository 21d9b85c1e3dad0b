// Who built the image, from which source. A builder's id counts only from the keys that the policy binds to it.
// Source: slsa.dev/spec/v1.2/verifying-artifacts.
#include "libsupply/trust/provenance/provenance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <map>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_version.hpp"
#include "libsupply/trust/provenance/judge.hpp"
#include "libsupply/trust/provenance/unread_summary.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"
#include "libsupply/verdict/policy/internal/summary_verifiers.hpp"

namespace supply::policy::rules {

namespace {

using supply::provenance::Check;
using supply::provenance::CheckResult;

/// Exactly one of `builders` and `keys` says whose provenance counts.
struct Part : RulePart {
  std::vector<std::string> builders;  ///< ids of Policy::builders; only the signers bound to them speak for them
  Signers keys;                       ///< without builders: who may sign
  bool public_builders = false;       ///< with keys: what they sign counts by the builders that everybody knows
  supply::provenance::Expectations expected = {.level = 1};
  struct Source {
    SummaryVerifiers verifiers = {};
    supply::provenance::SourceExpectations expected = {};
  };
  std::optional<Source> source = {};  ///< what is asked of the sources themselves
};

std::string expected(const Part& rule) {
  const supply::provenance::Expectations& asked = rule.expected;
  std::string text = fmt::format("signed provenance of SLSA build level {}", asked.level);
  if (!rule.builders.empty()) text += fmt::format(" by builder {}", fmt::join(rule.builders, " or "));
  if (rule.builders.empty()) text += fmt::format(" signed by {}", rule.keys.to_string());
  if (!asked.builder_ids.empty()) text += fmt::format(" of builder {}", fmt::join(asked.builder_ids, " or "));
  std::string_view between = " from source ";
  for (const supply::provenance::SourcePattern& source : asked.sources) {
    text += fmt::format("{}{}", between, source.to_string());
    between = " or ";
  }
  const auto add = [&](std::string_view what, const std::string& value) {
    if (!value.empty()) text += fmt::format(" {} {}", what, value);
  };
  add("at branch", asked.branch);
  add("at tag", asked.tag);
  add("at a release of", asked.versioned_tag);
  add("at commit", asked.commit);
  add("triggered by", asked.trigger);
  for (const auto& [name, value] : asked.inputs) add("with input", name + "=" + value);
  if (rule.source) {
    text += fmt::format(" of a source of SLSA source level {} by {}", rule.source->expected.level,
                        rule.source->verifiers.to_string());
  }
  if (!asked.build_types.empty()) text += fmt::format(" of build type {}", fmt::join(asked.build_types, " or "));
  return text;
}

/// What the check that failed says, in the words of the finding.
std::string words(const CheckResult& failed) {
  switch (failed.check) {
    case Check::predicate:
    case Check::builder:
    case Check::parameters: return failed.found;
    case Check::consistency: return "it contradicts itself: " + failed.found;
    case Check::certificate: return "it contradicts its signer's certificate: " + failed.found;
    case Check::level: return "SLSA build level " + failed.found;
    case Check::build_type: return "build type " + quote(failed.found);
    case Check::source: return failed.found.starts_with("no ") ? failed.found : "source " + failed.found;
    case Check::builder_id: return "builder " + quote(failed.found);
    case Check::commit:
    case Check::branch:
    case Check::tag:
    case Check::versioned_tag:
    case Check::trigger:
    case Check::inputs: break;
  }
  return fmt::format("{}: {}", to_string(failed.check), failed.found);
}

/// Whom the rule lets speak for which builder.
supply::provenance::BuilderMap builder_map(const Policy& policy, const Part& rule) {
  supply::provenance::BuilderMap map{.public_builders = rule.public_builders,
                                     .self_asserted = rule.builders.empty() && !rule.public_builders};
  for (const std::string& id : rule.builders) {
    const BuilderRule* builder = &policy.builders.at(id);
    map.trusted.push_back({id,
                           [builder](const attest::SignerIdentity& signer) { return builder->keys.contains(signer); },
                           builder->level});
  }
  return map;
}

/// What keeps this provenance from satisfying the rule, empty when nothing does; and the level that it is worth.
std::string objection(const ProvenanceStatement& provenance, const supply::provenance::BuilderMap& builders,
                      const Part& rule, int& level) {
  if (!provenance.claims) return provenance.problem;
  if (rule.builders.empty() && !rule.keys.contains(provenance.signer))
    return fmt::format("signed by {}, whose provenance does not count", display_name(provenance.signer));
  const auto judgement = supply::provenance::judge(*provenance.claims, provenance.signer, builders, rule.expected);
  level = judgement.level;
  if (const CheckResult* failed = judgement.objection()) return words(*failed);
  return judgement.satisfied() ? std::string() : "nothing was checked";
}

/// What keeps the sources of provenance that is good in itself from doing, or "".
struct SourceAnswer {
  std::string why = {};
  bool is_undecided = false;
};

SourceAnswer source_answer(const ProvenanceStatement& provenance, const Part& rule,
                           const std::vector<std::pair<Digest, const SubjectEvidence*>>& evidence_for, Time now) {
  if (!rule.source) return {};
  std::vector<supply::provenance::SourceSummary> summaries;
  for (const auto& [subject, attached] : evidence_for)
    for (const SourceSummaryStatement& each : attached->source_summaries) summaries.push_back(each.summary);
  supply::provenance::SourceExpectations asked = rule.source->expected;
  asked.verifiers = rule.source->verifiers.trusts();
  const supply::provenance::Provenance& claims = *provenance.claims;
  std::string why = supply::provenance::source_objection(claims, summaries, asked, now);
  supply::provenance::UnreadSummary unread = supply::provenance::unread_summary(claims, summaries, asked);
  if (supply::provenance::is_undecided(unread, why)) return {std::move(unread.why), true};
  return {std::move(why)};
}

std::string accepted_text(const ProvenanceStatement& provenance) {
  const supply::provenance::Provenance& claims = *provenance.claims;
  std::string text = fmt::format("provenance signed by {}, builder {}", display_name(provenance.signer),
                                 claims.builder_id.empty() ? "not named" : quote(claims.builder_id));
  for (const auto& source : claims.sources) text += ", source " + source.to_string();
  return text;
}

/// Returns the level of what was accepted for the platform, 0 if nothing was.
int judge_platform(const Facts& facts, const PlatformFacts& platform, const Policy& policy, const Part& rule,
                   Rulings& rulings) {
  const auto evidence_for = facts.evidence_for(platform);
  const supply::provenance::BuilderMap builders = builder_map(policy, rule);
  int best = 0;
  std::set<std::tuple<std::string, std::string, std::string>> accepted;
  std::set<std::pair<std::string, std::string>> objections;
  std::map<std::string, std::string> unread;
  const auto may_speak = [&](const attest::SignerIdentity& signer) {
    if (rule.builders.empty()) return rule.keys.contains(signer);
    return std::any_of(builders.trusted.begin(), builders.trusted.end(),
                       [&](const auto& each) { return each.may_sign(signer); });
  };
  for (const auto& [subject, attached] : evidence_for) {
    for (const Attestation& each : attached->attestations)
      if (attest::is_other_version(each.predicate_type, attest::kProvenanceV1Type) && may_speak(each.signer))
        unread.emplace(each.evidence.to_string(), attest::unread_version("provenance", each.predicate_type));
    for (const ProvenanceStatement& each : attached->provenance) {
      int level = 0;
      std::string why = objection(each, builders, rule, level);
      if (why.empty()) {
        SourceAnswer source = source_answer(each, rule, evidence_for, facts.now);
        if (source.is_undecided) unread.emplace(each.evidence.to_string(), source.why);
        if (source.is_undecided) continue;
        why = std::move(source.why);
      }
      if (why.empty()) {
        accepted.emplace(each.evidence.to_string(), subject.to_string(), accepted_text(each));
        best = std::max(best, level);
      } else {
        objections.emplace(each.evidence.to_string(), why);
      }
    }
  }
  if (!accepted.empty()) {
    const auto& [evidence, subject, text] = *accepted.begin();
    rulings.satisfied({subject, expected(rule), text, evidence, ""});
    return best;
  }
  const std::string remedy =
      fmt::format("build it where the policy allows, then supply provenance --attest --key KEY {}",
                  facts.reference.with({{}, facts.digest}).to_string());
  for (const auto& [evidence, why] : unread)
    rulings.undecided({subject_of(platform), expected(rule), why, evidence, remedy}, "unread");
  if (!unread.empty()) return 0;
  rulings.none_counts({subject_of(platform), expected(rule), "no provenance signed by a key of the policy", "", remedy},
                      objections, evidence_for);
  return 0;
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("provenance", facts, policy, asks);
  int level = INT_MAX;
  for (const PlatformFacts& platform : facts.platforms)
    level = std::min(level, judge_platform(facts, platform, policy, as<Part>(asked), rulings));
  Ruling ruling = std::move(rulings).finish();
  if (ruling.status == RuleStatus::satisfied) ruling.build_level = level;
  return ruling;
}

constexpr std::string_view kSchema = R"({
  "description": "Who built it, from what. Without builders and keys: signed by the keys under signatures.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "builders": {
      "$ref": "#/$defs/names"
    },
    "keys": {
      "$ref": "#/$defs/names"
    },
    "sources": {
      "type": "array",
      "minItems": 1,
      "uniqueItems": true,
      "items": {
        "$ref": "#/$defs/source"
      }
    },
    "build_types": {
      "$ref": "#/$defs/patterns"
    },
    "public_builders": {
      "description": "The builders that everybody knows count at the level that they are worth, where keys sign.",
      "type": "boolean",
      "default": false
    },
    "builder_ids": {
      "description": "builder.id: with its @ref, or without for any.",
      "$ref": "#/$defs/names"
    },
    "branch": {"$ref": "#/$defs/text"},
    "tag": {"$ref": "#/$defs/text"},
    "versioned_tag": {"description": "v1.2: any release under it.", "$ref": "#/$defs/text"},
    "commit": {"type": "string", "pattern": "^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$"},
    "trigger": {"description": "The event that started the build: push, release.", "$ref": "#/$defs/text"},
    "inputs": {
      "description": "Inputs of the workflow, each with its value.",
      "type": "object",
      "minProperties": 1,
      "additionalProperties": {"$ref": "#/$defs/text"}
    },
    "parameters": {
      "description": "External parameters that may be there though the build type does not define them; * for any.",
      "$ref": "#/$defs/names"
    },
    "source": {
      "description": "The source itself was verified: a verification summary (VSA) about the commit that was built, attached to the image.",
      "type": "object",
      "additionalProperties": false,
      "required": ["level", "verifiers"],
      "properties": {
        "level": {"description": "The least SLSA source level.", "type": "integer", "minimum": 1, "maximum": 4},
        "verifiers": {"$ref": "#/$defs/verifiers"},
        "max_age": {"description": "Of timeVerified.", "$ref": "#/$defs/duration"}
      }
    },
    "level": {
      "type": "integer",
      "minimum": 1,
      "maximum": 3,
      "default": 1
    }
  },
  "not": {
    "required": [
      "builders",
      "keys"
    ]
  }
})";

constexpr std::string_view kGuide =
    R"md(Signed SLSA provenance, v1 or v0.2. With `builders: [ids]`, its builder.id must be one of them and its signer one of the
keys bound to that builder; `level` (default 1) is the least that the pair must be worth. Without `builders`, it must be
signed by `keys`, or by the keys under `signatures`; what somebody says about himself with his own key is level 1. With
`public_builders: true` what those sign counts at the level of the builders that everybody knows (the generators of
slsa-framework, GitHub's attestations, GitLab, Google Cloud Build, npm, BuildKit in Docker's builder), and of no other.
`build_types` are patterns of the build type, `builder_ids` whole ids, with their `@ref` or without for any. `branch`, `tag`,
`versioned_tag` (`v1.2`: any release under it), `commit`, `trigger` and `inputs` ask what `supply verify-provenance` asks by
those names. One provenance that meets all of it suffices.

Provenance must not say otherwise than the certificate that signed it. An external parameter that its build type does not
define refuses, unless `parameters` names it (`*` for any).

`sources` are patterns of the repositories that may be built: `https://github.com/org/*`, with a ref or commit
`https://github.com/org/app@refs/heads/main`, `**` for any. An address has one form, and a pattern is written in it, else it
is an error that says what to write: a scheme, scheme and host in lower case, no `git+`, user, default port, final dot,
`.git` or `/` at the end, `?`, `#`, `//` or `..`; `ssh://` without a port means `https://`. `%20` and the like are written where a URI needs them, in capitals
(`https://dev.example/org/My%20Project/_git/app`), and stand for themselves; `%2F`, `%5C`, `%25` and escapes of letters have
no place. In the host `*` is whole labels (`https://*.example.org/**`). In provenance other spellings of an address are
brought into that form (`git+`, `.git`, `user@`, `:443`, `@ref` or `#ref`; `ssh://host/path` and `git@host:path` are `https://host/path`); one that has no such form (odd
escapes, `..`, a query, two refs) is matched by no pattern, and the finding says why.

Which repository is the source, the build type says:

| build type | the source |
|---|---|
| GitHub Actions, npm, slsa-github-generator | the repository that was built, also where the workflow is an organisation's required or reusable one: `workflow.repository` (v0.2: `configSource`), with ref and commit of the resolved dependency |
| GitLab | `source` |
| Google Cloud Build | `sourceToBuild`, else `buildConfigSource` |
| BuildKit | the remote context; none where the context was a local directory (its `vcs` hints prove nothing) |
| Tekton Chains | what tasks reported as input (`inputs/result`); pipelines and tasks are dependencies |
| any other, and what `supply provenance` writes | each of `workflow`, `source`, `configSource`, `buildConfigSource`, `sourceToBuild` |

`source` asks that the source itself was verified (SLSA's source track): each source of the provenance must have a
verification summary (VSA) whose subject has the `gitCommit` that was built and whose `resourceUri` is that repository,
PASSED, of `level` or a higher one, signed by one of the `keys` of its `verifier.id`, attached to the image as any
attestation is (`supply attest` makes statements about images: a source's summary comes from who runs the repository, and
any OCI tool attaches its bundle). The newest that counts decides. Such a summary is no claim about the image, and
proves nothing to any other rule.

Every source must match a pattern. Other repositories among the dependencies are dependencies. Provenance that contradicts
itself (two commits in one digest, an abbreviated commit that does not begin the full one, another ref or commit among the dependencies or in the environment than in the parameters, or repositories among the
dependencies of which none is the source) proves nothing, whatever the policy asks of it.)md";

constexpr int kHighestLevel = 3;        // SLSA v1.2, Build track
constexpr int kHighestSourceLevel = 4;  // and Source track

Status read_inputs(const PolicyNode& node, std::map<std::string, std::string>& out) {
  SUPPLY_TRY(const auto members, node.members());
  for (const auto& [name, value] : members) {
    SUPPLY_TRY(out[name], value.text());
  }
  return {};
}

/// All but the level.
Status read_expectations(const PolicyNode& node, supply::provenance::Expectations& out) {
  if (const auto sources = node.find("sources")) {
    SUPPLY_TRY(out.sources, typed_patterns<supply::provenance::SourcePattern>(*sources));
  }
  if (const auto types = node.find("build_types")) {
    SUPPLY_TRY(out.build_types, read_patterns(*types));
  }
  const auto texts = [&](const char* member, std::vector<std::string>& list) -> Status {
    if (const auto found = node.find(member)) {
      SUPPLY_TRY(list, found->texts());
    }
    return {};
  };
  SUPPLY_TRY(texts("builder_ids", out.builder_ids));
  SUPPLY_TRY(texts("parameters", out.parameters));
  const auto text = [&](const char* member, std::string& value) -> Status {
    if (const auto found = node.find(member)) {
      SUPPLY_TRY(value, found->text());
    }
    return {};
  };
  SUPPLY_TRY(text("branch", out.branch));
  SUPPLY_TRY(text("tag", out.tag));
  SUPPLY_TRY(text("versioned_tag", out.versioned_tag));
  SUPPLY_TRY(text("commit", out.commit));
  SUPPLY_TRY(text("trigger", out.trigger));
  if (const auto inputs = node.find("inputs")) SUPPLY_TRY(read_inputs(*inputs, out.inputs));
  if (const Status possible = out.check(); !possible) return node.error(possible.error().message());
  return {};
}

Result<Part::Source> read_source(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(node.only({"level", "verifiers", "max_age"}));
  Part::Source source;
  SUPPLY_TRY(const PolicyNode level, node.require("level"));
  SUPPLY_TRY(source.expected.level, level.integer(1, kHighestSourceLevel));
  SUPPLY_TRY(source.verifiers, read_summary_verifiers(node, scope));
  if (const auto age = node.find("max_age")) {
    SUPPLY_TRY(source.expected.max_age, age->duration());
  }
  return source;
}

ParsedPart parse(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(node.only({"builders", "keys", "public_builders", "builder_ids", "sources", "build_types", "branch", "tag",
                        "versioned_tag", "commit", "trigger", "inputs", "parameters", "level", "source"}));
  Part rule;
  if (const auto level = node.find("level")) {
    SUPPLY_TRY(rule.expected.level, level->integer(1, kHighestLevel));
  }
  if (const auto known = node.find("public_builders")) {
    SUPPLY_TRY(rule.public_builders, known->flag());
    if (rule.public_builders && node.find("builders"))
      return known->error("builders and public_builders exclude each other: a builder has its own keys");
  }
  if (const auto builders = node.find("builders")) {
    if (node.find("keys")) return node.error("builders and keys exclude each other: a builder has its own keys");
    SUPPLY_TRY(rule.builders, builders->texts());
    std::vector<std::string_view> known;
    for (const auto& [id, builder] : scope.policy().builders) known.push_back(id);
    for (const std::string& id : rule.builders) {
      const auto builder = scope.policy().builders.find(id);
      if (builder == scope.policy().builders.end()) return builders->error(unknown("builder", id, known));
      if (builder->second.level < rule.expected.level)
        return builders->error(fmt::format("builder {} is worth level {}, and {} is asked", quote(id),
                                           builder->second.level, rule.expected.level));
    }
  } else {
    SUPPLY_TRY(rule.keys, scope.keys_or_signers(node, "provenance"));
    if (rule.expected.level > 1 && !rule.public_builders)
      return node.error("a level over 1 wants builders or public_builders: true: who signs for himself proves level 1");
  }
  SUPPLY_TRY(read_expectations(node, rule.expected));
  if (const auto source = node.find("source")) {
    SUPPLY_TRY(rule.source, read_source(*source, scope));
  }
  return part_of(std::move(rule));
}

}  // namespace

const Rule& provenance() {
  static constexpr Rule rule{.id = "provenance",
                             .title = "built by an allowed builder from an allowed source",
                             .denied = "not built by an allowed builder from an allowed source",
                             .member = "provenance",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
