// How old signatures and attestations may be (member evidence_age).
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/verdict/policy/internal/evidence_time.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  std::chrono::seconds most{};
  bool signatures = false;
  std::vector<std::string> types;  ///< predicate types, URIs
  Signers keys;
  bool proven = false;  ///< only times count that a log or a timestamp authority proves
};

struct Newest {
  std::optional<EvidenceTime> time;
  std::string evidence;
  bool any = false, untimed = false;
};

void consider(Newest& newest, const std::optional<EvidenceTime>& time, const Digest& evidence, Time now, bool proven) {
  newest.any = true;
  if (!time || (proven && !time->proven) || time->time > now + kClockSkew) {
    newest.untimed = newest.untimed || !time || (proven && !time->proven);
    return;
  }
  const std::string text = evidence.to_string();
  if (newest.time && (newest.time->time > time->time || (newest.time->time == time->time && newest.evidence <= text)))
    return;
  newest.time = time;
  newest.evidence = text;
}

void judge_one(const Facts& facts, const PlatformFacts& platform, const Part& rule, const std::string& what,
               const Newest& newest, Rulings& rulings) {
  const auto evidence_for = facts.evidence_for(platform);
  FindingText said{subject_of(platform),
                   fmt::format("{} by {} at most {} days old", what, rule.keys.to_string(), rule.most.count() / 86'400),
                   "",
                   newest.evidence,
                   "build, sign and attest it again",
                   what};
  if (newest.time) {
    said.found = age_text(newest.time->time, facts.now) + (newest.time->proven ? "" : ", as the signer says");
    if (facts.now - newest.time->time <= rule.most) rulings.satisfied(std::move(said));
    else rulings.denied(std::move(said), "stale");
    return;
  }
  if (!newest.any) {
    said.found = "there is none" + refused_text(evidence_for);
    return rulings.unproven(std::move(said), "missing", evidence_for);
  }
  said.found = newest.untimed ? "nothing says when it was made" : "its time lies in the future";
  if (newest.untimed) rulings.undecided(std::move(said), "no-time");
  else rulings.denied(std::move(said), "future");
}

void judge_platform(const Facts& facts, const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  if (rule.signatures) {
    Newest newest;
    for (const auto& [subject, attached] : facts.evidence_for(platform))
      for (const auto& each : attached->signatures)
        if (rule.keys.contains(each.signer()))
          consider(newest, time_of(each.signer()), each.evidence(), facts.now, rule.proven);
    judge_one(facts, platform, rule, "signature", newest, rulings);
  }
  for (const std::string& type : rule.types) {
    Newest newest;
    for (const auto& [subject, attached] : facts.evidence_for(platform))
      for (const Attestation& each : attached->attestations)
        if (attest::is_predicate_type(each.predicate_type, type) && rule.keys.contains(each.signer))
          consider(newest, time_of(each), each.evidence, facts.now, rule.proven);
    judge_one(facts, platform, rule, type, newest, rulings);
  }
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("evidence_age", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(facts, platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

ParsedPart parse(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(node.only({"max", "signatures", "types", "keys", "proven"}));
  Part rule;
  SUPPLY_TRY(const PolicyNode most, node.require("max"));
  SUPPLY_TRY(rule.most, most.duration());
  SUPPLY_TRY(rule.keys, scope.keys_or_signers(node, "evidence"));
  if (const auto flag = node.find("signatures")) {
    SUPPLY_TRY(rule.signatures, flag->flag());
  }
  if (const auto flag = node.find("proven")) {
    SUPPLY_TRY(rule.proven, flag->flag());
  }
  if (const auto types = node.find("types")) {
    SUPPLY_TRY(const std::vector<PolicyNode> nodes, types->text_nodes());
    for (const PolicyNode& each : nodes) {
      SUPPLY_TRY(const std::string name, each.text());
      auto uri = attest::predicate_type_of(name);
      if (!uri) return each.error(uri.error().message());
      rule.types.push_back(*std::move(uri));
    }
  }
  if (rule.types.empty() && !rule.signatures) return node.error("want types, or signatures: true");
  return part_of(std::move(rule));
}

void needs(const RulePart& part, Needs& needs) {
  for (const std::string& type : as<Part>(part).types) {
    needs.predicates = true;
    needs.sbom_predicates |= attest::is_sbom(type);
  }
}

constexpr std::string_view kSchema = R"({
  "description": "How old the newest evidence of each kind may be.",
  "type": "object", "additionalProperties": false, "required": ["max"],
  "anyOf": [{"required": ["types"]}, {"required": ["signatures"], "properties": {"signatures": {"const": true}}}],
  "properties": {
    "max": {"$ref": "#/$defs/duration"},
    "signatures": {"type": "boolean", "default": false},
    "types": {"description": "Predicate types: short names, or URIs.", "$ref": "#/$defs/names"},
    "keys": {"description": "Whose evidence counts; without it the signers under signatures.", "$ref": "#/$defs/names"},
    "proven": {"description": "Only times that a log or a timestamp authority proves.", "type": "boolean", "default": false}
  }
})";

constexpr std::string_view kGuide =
    R"md(Of each of the predicate `types`, and of the image's signatures with `signatures: true`, the newest by `keys` must be at
most `max` old. The time is the one that a transparency log or a timestamp authority proves; without one, what the predicate
says (`finishedOn`, `scanFinishedOn`, `timestamp`, an SBOM's `created` and the like), for which its signer vouches; `proven: true` takes the first
kind alone. Where nothing says when it was made (a key's bare signature) the rule is undecided; a time more than five
minutes in the future does not count.)md";

}  // namespace

const Rule& evidence_age() {
  static constexpr Rule rule{.id = "evidence_age",
                             .title = "evidence that is new enough",
                             .denied = "evidence that is too old",
                             .member = "evidence_age",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .needs = needs,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
