// A signed SBOM is attached and lists what the image really holds. Of several that count, one that agrees satisfies:
// nobody but the policy's own keys can add one, and which of two is newer is not known.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

std::string expected(const SbomRule& rule) {
  std::string text = "an SBOM";
  if (!rule.formats.empty()) text += fmt::format(" ({})", fmt::join(rule.formats, " or "));
  text += " signed by " + rule.keys.to_string();
  if (rule.agrees) text += ", in agreement with the image";
  return text;
}

/// Why an SBOM does not count at all; "" when it does.
std::string not_counted(const AttachedSbom& sbom, const SbomRule& rule) {
  if (!rule.keys.contains(sbom.signer.fingerprint))
    return fmt::format("signed by {}, whose SBOM does not count", sbom.signer.key_name);
  if (!rule.formats.empty() && std::find(rule.formats.begin(), rule.formats.end(), sbom.format) == rule.formats.end())
    return fmt::format("in format {}", sbom.format);
  if (!sbom.problem.empty()) return sbom.problem;
  return {};
}

void deny_each(const PlatformFacts& platform, const AttachedSbom& sbom, const SbomRule& rule, const std::string& remedy,
               Rulings& rulings) {
  for (const Finding& one : sbom.disagreements) {
    const bool unnamed = one.subject.empty() || one.others != 0;  // no exception of a finding covers what is not listed
    rulings.denied(
        {one.subject.empty() ? subject_of(platform) : one.subject, one.expected.empty() ? expected(rule) : one.expected,
         one.found, sbom.evidence.to_string(), remedy, unnamed ? subject_of(platform) : std::string(), one.others},
        std::string_view(one.rule).substr(one.rule.find('/') + 1));
  }
}

using Counted = std::map<std::string, const AttachedSbom*>;

/// Not all of the image was read, so that nobody knows whether an SBOM lists all that is in it. It can still be wrong:
/// a package that the image has and no SBOM lists stays one. What only the SBOM lists may be in what was not read.
void judge_incomplete(const PlatformFacts& platform, const Counted& counted, const SbomRule& rule,
                      const std::string& remedy, Rulings& rulings) {
  const auto is_wrong = [](const Finding& one) { return one.rule != "sbom/removed"; };
  const bool all_wrong = std::all_of(counted.begin(), counted.end(), [&](const auto& each) {
    return std::any_of(each.second->disagreements.begin(), each.second->disagreements.end(), is_wrong);
  });
  if (all_wrong)
    for (const auto& [evidence, sbom] : counted) deny_each(platform, *sbom, rule, remedy, rulings);
  rulings.unread(platform, expected(rule));
}

void judge_platform(const Facts& facts, const PlatformFacts& platform, const SbomRule& rule, Rulings& rulings) {
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
    return !rule.agrees || (each.second->compared && each.second->disagreements.empty());
  };
  if (const auto good = std::find_if(counted.begin(), counted.end(), answer); !incomplete && good != counted.end()) {
    rulings.satisfied({subject_of(platform), expected(rule),
                       fmt::format("{} SBOM signed by {}{}", good->second->format, good->second->signer.key_name,
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
    if (sbom->compared) deny_each(platform, *sbom, rule, remedy, rulings);
    else
      rulings.undecided(
          {subject_of(platform), expected(rule), "the SBOM was not compared with the image", evidence, ""},
          "not-compared");
  }
  if (!counted.empty()) return;
  const auto evidence_for = facts.evidence_for(platform);
  for (const auto& [evidence, why] : objections)
    rulings.unproven({subject_of(platform), expected(rule), why, evidence, remedy}, "not-counted", evidence_for);
  if (objections.empty())
    rulings.unproven({subject_of(platform), expected(rule),
                      "no SBOM signed by a key of the policy" + refused_text(evidence_for), "", remedy},
                     "missing", evidence_for);
}

bool asked(const ImageRules& rules) { return rules.sbom.has_value(); }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules& rules) {
  Rulings rulings("sbom", facts, policy);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(facts, platform, *rules.sbom, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& sbom() {
  static constexpr Rule rule{"sbom", "a signed SBOM lists what is in the image", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
