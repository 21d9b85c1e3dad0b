// A signed SBOM is attached and lists what the image really holds. Of several that count, one that agrees satisfies:
// nobody but the policy's own keys can add one, and which of two is newer is not known.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  Signers keys;                      ///< whose SBOMs count
  bool agrees = true;                ///< it must list what the image really holds
  std::vector<std::string> formats;  ///< "spdx", "cyclonedx"; empty: either
  std::string profile;               ///< of sbom lint: it must state all that the profile says it must; empty: none
};

std::string expected(const Part& rule) {
  std::string text = "an SBOM";
  if (!rule.formats.empty()) text += fmt::format(" ({})", fmt::join(rule.formats, " or "));
  text += " signed by " + rule.keys.to_string();
  if (rule.agrees) text += ", in agreement with the image";
  if (!rule.profile.empty()) text += fmt::format(", that states all that {} asks for", rule.profile);
  return text;
}

/// Why an SBOM does not count at all; "" when it does.
std::string not_counted(const AttachedSbom& sbom, const Part& rule) {
  if (!rule.keys.contains(sbom.signer))
    return fmt::format("signed by {}, whose SBOM does not count", display_name(sbom.signer));
  if (!rule.formats.empty() && std::find(rule.formats.begin(), rule.formats.end(), sbom.format) == rule.formats.end())
    return fmt::format("in format {}", sbom.format);
  if (!sbom.problem.empty()) return sbom.problem;
  return {};
}

void deny_each(const PlatformFacts& platform, const AttachedSbom& sbom, const Part& rule, const std::string& remedy,
               Rulings& rulings) {
  for (const Finding& one : sbom.disagreements) {
    const bool unnamed = one.subject.empty() || one.others != 0;  // no exception of a finding covers what is not listed
    rulings.denied(
        {one.subject.empty() ? subject_of(platform) : one.subject, one.expected.empty() ? expected(rule) : one.expected,
         one.found, sbom.evidence.to_string(), remedy, unnamed ? subject_of(platform) : std::string(), one.others},
        std::string_view(one.rule).substr(one.rule.find('/') + 1));
  }
}

/// Whether the document states all that the profile says it must; one that was not looked at does not.
bool is_complete(const AttachedSbom& sbom, const Part& rule) {
  if (rule.profile.empty()) return true;
  const auto lint = sbom.lint.find(rule.profile);
  return lint != sbom.lint.end() && lint->second.empty();
}

void deny_incomplete(const PlatformFacts& platform, const AttachedSbom& sbom, const Part& rule, Rulings& rulings) {
  if (rule.profile.empty()) return;
  const auto lint = sbom.lint.find(rule.profile);
  if (lint == sbom.lint.end())
    return rulings.undecided({subject_of(platform), expected(rule), "nobody looked what the document states",
                              sbom.evidence.to_string(), "", rule.profile},
                             "not-linted");
  for (const Finding& one : lint->second)
    rulings.denied(
        {one.subject.empty() ? subject_of(platform) : one.subject, one.expected, one.rule + ": " + one.found,
         sbom.evidence.to_string(),
         "make an SBOM that states it: supply sbom lint --profile " + rule.profile + " shows what is missing", one.rule,
         one.others},
        "incomplete");
}

using Counted = std::map<std::string, const AttachedSbom*>;

/// Not all of the image was read, so that nobody knows whether an SBOM lists all that is in it. It can still be wrong:
/// a package that the image has and no SBOM lists stays one. What only the SBOM lists may be in what was not read.
void judge_incomplete(const PlatformFacts& platform, const Counted& counted, const Part& rule,
                      const std::string& remedy, Rulings& rulings) {
  const auto is_wrong = [](const Finding& one) { return one.rule != "sbom/removed"; };
  const bool all_wrong = std::all_of(counted.begin(), counted.end(), [&](const auto& each) {
    return std::any_of(each.second->disagreements.begin(), each.second->disagreements.end(), is_wrong);
  });
  if (all_wrong)
    for (const auto& [evidence, sbom] : counted) deny_each(platform, *sbom, rule, remedy, rulings);
  rulings.unread(platform, expected(rule));
}

void judge_platform(const Facts& facts, const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  const std::string remedy =
      fmt::format("make it anew from the image: supply sbom {0}, and attest it: supply attest --key KEY {0}",
                  facts.reference.with({{}, facts.digest}).to_string());
  Counted counted;  // by evidence, for one order
  std::map<std::string, std::string> objections;
  std::map<std::string, std::string> unread;
  for (const AttachedSbom& sbom : platform.sboms) {
    std::string why = not_counted(sbom, rule);
    if (why.empty()) counted.emplace(sbom.evidence.to_string(), &sbom);
    else if (sbom.unread && why == sbom.problem) unread.emplace(sbom.evidence.to_string(), std::move(why));
    else objections.emplace(sbom.evidence.to_string(), std::move(why));
  }
  const bool incomplete = rule.agrees && !counted.empty() && !platform.unreadable_packages.empty();
  if (incomplete && unread.empty()) return judge_incomplete(platform, counted, rule, remedy, rulings);
  if (incomplete) rulings.unread(platform, expected(rule));
  const auto answer = [&](const auto& each) {
    return (!rule.agrees || (each.second->compared && each.second->disagreements.empty())) &&
           is_complete(*each.second, rule);
  };
  if (const auto good = std::find_if(counted.begin(), counted.end(), answer); !incomplete && good != counted.end()) {
    rulings.satisfied({subject_of(platform), expected(rule),
                       fmt::format("{} SBOM signed by {}{}", good->second->format, display_name(good->second->signer),
                                   rule.agrees ? ", it agrees" : ""),
                       good->first, ""});
    for (const auto& [evidence, sbom] : counted)
      if (!sbom->disagreements.empty())
        rulings.warn({subject_of(platform), expected(rule),
                      fmt::format("another SBOM disagrees in {} places", count_findings(sbom->disagreements)), evidence,
                      "remove the outdated SBOM"},
                     "another-disagrees");
    return;
  }
  // One that agrees would do, and nobody knows that it is none of these.
  for (const auto& [evidence, why] : unread)
    rulings.undecided({subject_of(platform), expected(rule), why, evidence, remedy}, "unread-sbom");
  if (!unread.empty()) return;
  for (const auto& [evidence, sbom] : counted) {
    deny_incomplete(platform, *sbom, rule, rulings);
    if (!rule.agrees) continue;
    if (sbom->compared) deny_each(platform, *sbom, rule, remedy, rulings);
    else
      rulings.undecided(
          {subject_of(platform), expected(rule), "the SBOM was not compared with the image", evidence, ""},
          "not-compared");
  }
  if (!counted.empty()) return;
  const auto evidence_for = facts.evidence_for(platform);
  rulings.none_counts({subject_of(platform), expected(rule), "no SBOM signed by a key of the policy", "", remedy},
                      objections, evidence_for);
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("sbom", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(facts, platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "keys": {
      "$ref": "#/$defs/names"
    },
    "agrees": {
      "description": "It lists what the image really holds.",
      "type": "boolean",
      "default": true
    },
    "profile": {"description": "It states all that this profile of supply sbom lint says it must.", "enum": ["bsi", "cisa", "cra", "ntia"]},
    "formats": {
      "type": "array",
      "minItems": 1,
      "uniqueItems": true,
      "items": {
        "enum": [
          "spdx",
          "cyclonedx"
        ]
      }
    }
  }
})";

constexpr std::string_view kGuide =
    R"md(A signed SPDX or CycloneDX document, by `keys`, or by the keys under `signatures`; `formats` narrows it to `spdx` or
`cyclonedx`. With `agrees` (default true) it must list what the image really holds, for each platform. Where several SBOMs
count, one that agrees suffices, and the others are shown as warnings: which of two is newer is not known, and nobody but
those keys can add one. With `profile` (`ntia`, `cisa`, `bsi`, `cra`) it must state all
that the profile says it must, as `supply sbom lint --profile` asks it. A document of a form that Supply does not read (SPDX 3, CycloneDX in XML) may well agree: while there is
no other that does, the rule is undecided.)md";

ParsedPart parse(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(node.only({"keys", "agrees", "formats", "profile"}));
  Part rule;
  SUPPLY_TRY(rule.keys, scope.keys_or_signers(node, "SBOM"));
  if (const auto agrees = node.find("agrees")) {
    SUPPLY_TRY(rule.agrees, agrees->flag());
  }
  if (const auto formats = node.find("formats")) {
    SUPPLY_TRY(rule.formats, formats->texts());
    for (const std::string& format : rule.formats)
      if (format != "spdx" && format != "cyclonedx")
        return formats->error(unknown("format", format, {"cyclonedx", "spdx"}));
  }
  if (const auto profile = node.find("profile")) {
    SUPPLY_TRY(rule.profile, profile->word({"bsi", "cisa", "cra", "ntia"}));
  }
  return part_of(std::move(rule));
}

void needs(const RulePart& part, Needs& needs) {
  const Part& rule = as<Part>(part);
  needs.sboms = true;
  needs.sbom_agreement |= rule.agrees;
  if (!rule.profile.empty()) needs.sbom_profiles.insert(rule.profile);
}

}  // namespace

const Rule& sbom() {
  static constexpr Rule rule{.id = "sbom",
                             .title = "a signed SBOM lists what is in the image",
                             .denied = "no signed SBOM lists what is in the image",
                             .member = "sbom",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .needs = needs,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
