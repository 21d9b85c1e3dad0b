// Who signed the image: on the index, or on each platform's manifest. An attestation is no signature.
#include <fmt/format.h>

#include <map>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"
#include "libsupply/verdict/policy/internal/signatures_part.hpp"

namespace supply::policy::rules {

namespace {

using Part = SignaturesPart;

std::string expected(const Part& rule) {
  const std::size_t count = rule.signers.size();
  std::string text;
  if (count == 1) text = "signed by " + rule.signers.to_string();
  else if (rule.threshold == 1) text = "signed by any of " + rule.signers.to_string();
  else if (rule.threshold == count) text = "signed by all of " + rule.signers.to_string();
  else
    text = fmt::format("signed by {} of {} distinct {}: {}", rule.threshold, count,
                       rule.signers.identities.empty() ? "keys" : "signers", rule.signers.to_string());
  std::string_view between = " with ";
  for (const auto& [key, value] : rule.annotations) {
    text += fmt::format("{}{}={}", between, key, value);
    between = ", ";
  }
  return text;
}

/// The annotation that the signature lacks or has otherwise, as "env=prod"; "" when it says all that is asked.
std::string lacking(const Part& rule, const attest::ImageSignature& signature) {
  for (const auto& [key, value] : rule.annotations) {
    const auto said = signature.annotations.find(key);
    if (said == signature.annotations.end() || said->second != value) return key + "=" + value;
  }
  return {};
}

struct Counted {
  Digest subject, evidence;
  std::string text;
  friend auto operator<=>(const Counted&, const Counted&) = default;
};

void judge_platform(const Facts& facts, const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  const auto evidence_for = facts.evidence_for(platform);
  std::map<std::string, std::set<Counted>> counted;  // by signer, who counts once, however often he signed
  std::vector<const attest::SignerIdentity*> who;
  std::set<std::string> near;
  for (const auto& [subject, attached] : evidence_for) {
    for (const auto& signature : attached->signatures) {
      const attest::SignerIdentity& signer = signature.signer();
      if (signature.claim().image != subject) continue;
      const auto name = rule.signers.name_of(signer);
      if (!name) {
        near.insert("signed by " + display_name(signer) + ", which is not asked");
      } else if (const std::string lacks = lacking(rule, signature.claim()); !lacks.empty()) {
        near.insert(fmt::format("signed by {} without {}", *name, lacks));
      } else {
        const std::string as = signer.certificate ? fmt::format("{} of {}, issuer {}", quote(signer.certificate->name),
                                                                *name, signer.certificate->issuer)
                                                  : *name;
        counted[signer_id(signer)].insert(
            {subject, signature.evidence(), fmt::format("signed by {} ({})", as, signer.scheme)});
        who.push_back(&signer);
      }
    }
  }
  if (!counted.empty() && rule.signers.distinct(who) >= rule.threshold) {
    for (const auto& [signer, signatures] : counted) {
      const Counted& first = *signatures.begin();
      rulings.satisfied({first.subject.to_string(), expected(rule), first.text, first.evidence.to_string(), ""});
    }
    return;
  }
  std::vector<std::string> texts;
  std::string evidence;
  for (const auto& [signer, signatures] : counted) {
    texts.push_back(signatures.begin()->text);
    if (evidence.empty()) evidence = signatures.begin()->evidence.to_string();
  }
  texts.insert(texts.end(), near.begin(), near.end());
  std::string found = join(texts, "; ");
  if (found.empty())
    found = rule.signers.identities.empty() ? "no signature by a key of the policy"
                                            : "no signature by a key or identity of the policy";
  std::set<std::string> attested;
  for (const auto& [subject, attached] : evidence_for)
    for (const Attestation& each : attached->attestations) attested.insert(display_name(each.signer));
  if (counted.empty() && near.empty() && !attested.empty()) found += " (an attestation is no signature)";
  rulings.unproven({subject_of(platform), expected(rule), found + refused_text(evidence_for), evidence,
                    fmt::format("supply sign --key KEY {}", facts.reference.with({{}, facts.digest}).to_string())},
                   counted.empty() && near.empty() ? "missing" : "not-enough", evidence_for);
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("signatures", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(facts, platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kSchema = R"({
  "description": "Who must have signed the image: its index, or the manifest of every platform that can run.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "any_of": {
      "$ref": "#/$defs/names"
    },
    "all_of": {
      "$ref": "#/$defs/names"
    },
    "of": {
      "$ref": "#/$defs/names"
    },
    "threshold": {
      "description": "How many distinct keys of `of`; two names of one key are one.",
      "type": "integer",
      "minimum": 1
    },
    "annotations": {
      "type": "object",
      "minProperties": 1,
      "additionalProperties": {
        "$ref": "#/$defs/text"
      }
    }
  },
  "oneOf": [
    {
      "required": [
        "any_of"
      ]
    },
    {
      "required": [
        "all_of"
      ]
    },
    {
      "required": [
        "of"
      ]
    }
  ],
  "dependentRequired": {
    "of": [
      "threshold"
    ],
    "threshold": [
      "of"
    ]
  }
})";

constexpr std::string_view kGuide =
    R"md(One of `any_of: [keys]`, `all_of: [keys]`, `threshold: n` with `of: [keys]` (n distinct keys). `annotations: {k: v}`: only
signatures that say these count. Only a signature is a signature: a signed attestation is none.)md";

ParsedPart parse(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(node.only({"any_of", "all_of", "threshold", "of", "annotations"}));
  const auto any = node.find("any_of"), every = node.find("all_of"), some = node.find("of");
  if (int{any.has_value()} + int{every.has_value()} + int{some.has_value()} != 1)
    return node.error("want one of any_of, all_of, or threshold with of");
  const auto threshold = node.find("threshold");
  if (threshold.has_value() != some.has_value()) return node.error("want threshold and of together");
  Part rule;
  SUPPLY_TRY(rule.signers, scope.signers(any     ? *any
                                         : every ? *every
                                                 : *some,
                                         every.has_value() ? Distinct::yes : Distinct::no));
  if (every) rule.threshold = rule.signers.size();
  if (some) {
    SUPPLY_TRY(const int count, threshold->integer(1, INT32_MAX));
    if (static_cast<std::size_t>(count) > rule.signers.size())
      return threshold->error(fmt::format("{} signers of {} distinct keys can never be", count, rule.signers.size()));
    rule.threshold = static_cast<std::size_t>(count);
  }
  if (const auto annotations = node.find("annotations")) {
    SUPPLY_TRY(const auto members, annotations->members());
    for (const auto& [key, value] : members) {
      SUPPLY_TRY(rule.annotations[key], value.text());
    }
  }
  return part_of(std::move(rule));
}

}  // namespace

const Rule& signatures() {
  static constexpr Rule rule{.id = "signatures",
                             .title = "signed by the keys that the policy asks for",
                             .denied = "not signed by the keys that the policy asks for",
                             .member = "signatures",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
