// Attestations that must be there: of a predicate type, by signers that count, with what their content must say.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/verdict/policy/internal/condition.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Wanted {
  std::string type;  ///< a URI
  Signers keys;
  std::size_t threshold = 1;  ///< how many distinct signers must have said so
  std::vector<Condition> conditions;
};

struct Part : RulePart {
  std::vector<Wanted> all;
};

std::string expected(const Wanted& wanted) {
  std::string text =
      fmt::format("an attestation {} signed by {}{}", wanted.type,
                  wanted.threshold == 1 ? "" : fmt::format("{} of ", wanted.threshold), wanted.keys.to_string());
  std::string_view between = ", where ";
  for (const Condition& each : wanted.conditions) {
    text += fmt::format("{}{}", between, each.to_string());
    between = " and ";
  }
  return text;
}

/// Why the attestation does not do.
Condition::Objection objection(const Attestation& attestation, const Wanted& wanted, Time now) {
  if (!wanted.keys.contains(attestation.signer))
    return {fmt::format("signed by {}, whose attestation does not count", display_name(attestation.signer))};
  if (wanted.conditions.empty()) return {};
  const auto document = json::parse(attestation.predicate.empty() ? "null" : attestation.predicate);
  if (!document)
    return {"its predicate cannot be read: " + document.error().message(),
            document.error().code() == ErrorCode::limit_exceeded};
  // One condition that surely does not hold decides over one that is not known to.
  Condition::Objection open;
  for (const Condition& each : wanted.conditions) {
    Condition::Objection one = each.objection(*document, now);
    if (!one.why.empty() && !one.undecided) return one;
    if (open.why.empty()) open = std::move(one);
  }
  return open;
}

void judge_platform(const Facts& facts, const PlatformFacts& platform, const Wanted& wanted, Rulings& rulings) {
  const auto evidence_for = facts.evidence_for(platform);
  std::vector<const attest::SignerIdentity*> who;
  std::map<std::string, std::string> accepted, objections, open;  // by evidence
  for (const auto& [subject, attached] : evidence_for)
    for (const Attestation& each : attached->attestations) {
      if (!attest::is_predicate_type(each.predicate_type, wanted.type)) continue;
      auto [why, undecided] = objection(each, wanted, facts.now);
      if (why.empty()) {
        who.push_back(&each.signer);
        accepted.emplace(each.evidence.to_string(), display_name(each.signer));
      } else {
        (undecided ? open : objections).emplace(each.evidence.to_string(), std::move(why));
      }
    }
  if (!accepted.empty() && wanted.keys.distinct(who) >= wanted.threshold) {
    for (const auto& [evidence, name] : accepted)
      rulings.satisfied({.subject = subject_of(platform),
                         .expected = expected(wanted),
                         .found = "signed by " + name,
                         .evidence = evidence,
                         .remedy = {},
                         .id = wanted.type});
    return;
  }
  const std::string remedy = fmt::format("supply attest --type {} --predicate FILE --key KEY {}", wanted.type,
                                         facts.reference.with({{}, facts.digest}).to_string());
  for (const auto& [evidence, why] : open)
    rulings.undecided({subject_of(platform), expected(wanted), why, evidence, remedy, wanted.type}, "not-counted");
  if (!open.empty()) return;
  for (const auto& [evidence, name] : accepted) objections.emplace(evidence, "signed by " + name + " alone");
  rulings.none_counts({subject_of(platform), expected(wanted),
                       "no attestation of that type signed by a key of the policy", "", remedy, wanted.type},
                      objections, evidence_for);
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("attestations", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms)
    for (const Wanted& wanted : as<Part>(asked).all) judge_platform(facts, platform, wanted, rulings);
  return std::move(rulings).finish();
}

ParsedPart parse(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(const std::vector<PolicyNode> entries, node.list());
  if (entries.empty()) return node.error("an empty list");
  Part part;
  for (const PolicyNode& entry : entries) {
    SUPPLY_TRY(entry.only({"type", "keys", "threshold", "conditions"}));
    Wanted wanted;
    SUPPLY_TRY(const PolicyNode type, entry.require("type"));
    SUPPLY_TRY(const std::string name, type.text());
    auto uri = attest::predicate_type_of(name);
    if (!uri) return type.error(uri.error().message());
    wanted.type = *std::move(uri);
    SUPPLY_TRY(wanted.keys, scope.keys_or_signers(entry, "attestation"));
    if (const auto threshold = entry.find("threshold")) {
      SUPPLY_TRY(const int count, threshold->integer(1, INT32_MAX));
      wanted.threshold = static_cast<std::size_t>(count);
      if (wanted.threshold > wanted.keys.size())
        return threshold->error(fmt::format("{} signers of {} can never be", count, wanted.keys.size()));
    }
    if (const auto conditions = entry.find("conditions")) {
      SUPPLY_TRY(const std::vector<PolicyNode> some, conditions->list());
      for (const PolicyNode& one : some) {
        SUPPLY_TRY(Condition condition, Condition::read(one));
        wanted.conditions.push_back(std::move(condition));
      }
    }
    part.all.push_back(std::move(wanted));
  }
  return part_of(std::move(part));
}

void needs(const RulePart& part, Needs& needs) {
  for (const Wanted& each : as<Part>(part).all) {
    if (each.conditions.empty()) continue;
    needs.predicates = true;
    needs.sbom_predicates |= attest::is_sbom(each.type);
  }
}

// The conditions' schema is kConditionSchema, under $defs.
constexpr std::string_view kSchema = R"({
  "description": "Attestations that must be there, each by signers that count. Every one of the list is asked.",
  "type": "array",
  "minItems": 1,
  "items": {
    "type": "object",
    "additionalProperties": false,
    "required": ["type"],
    "properties": {
      "type": {"description": "A predicate type: a short name of supply attest, or a URI.", "$ref": "#/$defs/text"},
      "keys": {"description": "Whose attestation counts; without it the signers under signatures.", "$ref": "#/$defs/names"},
      "threshold": {"description": "How many distinct signers must have said so.", "type": "integer", "minimum": 1, "default": 1},
      "conditions": {"type": "array", "items": {"$ref": "#/$defs/condition"}}
    }
  }
})";

constexpr std::string_view kGuide =
    R"md(A list; each entry is an attestation that must be there, for every platform: its `type` (a short name that `supply attest`
takes, or a URI), whose (`keys`: names of keys and identities; without it the signers under `signatures`), by how many
(`threshold`), and what its predicate must say (`conditions`). One attestation that meets all conditions suffices.

A condition has a `path` and one operator. The path is a JSON path of RFC 9535 with names, numbers and `*`:
`$.metadata.scanFinishedOn`, `$.results[*].status`, `$['a-b']`.

| operator | holds where the value |
|---|---|
| `equals`, `not_equals` | is that text, number, true, false or null, or is not |
| `in`, `not_in` | is one of the list, or is none |
| `matches`, `not_matches` | is a text that the regular expression (RE2) matches as a whole, or does not |
| `at_least`, `at_most` | is a number in that bound |
| `contains` | is a text with that part, or a list with that element |
| `exists` | is there (`true`), or is not (`false`) |
| `max_age` | is a time, at most that long ago: `7d` |

A value of another kind than the operator's (a number or a list where a text is asked, null) fulfils none: neither `equals`
nor `not_equals`.

Where a path selects several values, all must hold (`of: any`: one). Where it selects nothing the condition does not hold,
unless it says `or_absent: true`: a missing member is no reason to allow.

```yaml
attestations:
  - type: vuln
    keys: [scanner]
    conditions:
      - {path: "$.metadata.scanFinishedOn", max_age: 7d}
      - {path: "$.scanner.result.Results[*].Vulnerabilities[*].Severity", not_in: [CRITICAL], or_absent: true}
```

A finding's id is the predicate type.)md";

}  // namespace

const Rule& attestations() {
  static constexpr Rule rule{.id = "attestations",
                             .title = "the attestations that the policy asks for",
                             .denied = "without an attestation that the policy asks for",
                             .member = "attestations",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .needs = needs,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
