// Who built the image, from which source. A builder's id counts only from the keys that the policy binds to it.
// Source: slsa.dev/spec/v1.2/verifying-artifacts.
#include "libsupply/trust/provenance/provenance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

using Claims = supply::provenance::Provenance;
using Bound = supply::provenance::TrustedBuilder;

std::string expected(const ProvenanceRule& rule) {
  std::string text = fmt::format("signed provenance of SLSA build level {}", rule.level);
  if (!rule.builders.empty()) text += fmt::format(" by builder {}", fmt::join(rule.builders, " or "));
  if (rule.builders.empty()) text += fmt::format(" signed by {}", rule.keys.to_string());
  std::string_view between = " from source ";
  for (const supply::provenance::SourcePattern& source : rule.sources) {
    text += fmt::format("{}{}", between, source.to_string());
    between = " or ";
  }
  if (!rule.build_types.empty()) text += fmt::format(" of build type {}", fmt::join(rule.build_types, " or "));
  return text;
}

bool any_match(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_match(pattern, text); });
}

bool allowed_source(const ProvenanceRule& rule, const supply::provenance::SourceRepository& source) {
  return std::any_of(rule.sources.begin(), rule.sources.end(),
                     [&](const supply::provenance::SourcePattern& pattern) { return pattern.matches(source); });
}

/// What keeps this provenance from satisfying the rule, empty when nothing does; and the level that it is worth.
std::string objection(const ProvenanceStatement& provenance, const Policy& policy, const ProvenanceRule& rule,
                      int& level) {
  if (!provenance.claims) return provenance.problem;
  const Claims& claims = *provenance.claims;
  if (!claims.contradiction.empty()) return "it contradicts itself: " + claims.contradiction;
  level = 1;  // what a build says about itself with its own key
  if (rule.builders.empty()) {
    if (!rule.keys.contains(provenance.signer.fingerprint))
      return fmt::format("signed by {}, whose provenance does not count", provenance.signer.key_name);
  } else {
    std::vector<Bound> builders;
    bool named = false;
    for (const std::string& id : rule.builders) {
      const BuilderRule& builder = policy.builders.at(id);
      Bound one{id, {}, builder.level};
      for (const auto& [fingerprint, name] : builder.keys.names) one.signers.push_back(fingerprint);
      named = named || (!claims.builder_id.empty() && glob_match(id, claims.builder_id));
      builders.push_back(std::move(one));
    }
    const Bound* bound = supply::provenance::bound(claims, provenance.signer.fingerprint, builders);
    if (bound == nullptr && named)
      return fmt::format("key {} may not speak for builder {}", provenance.signer.key_name, quote(claims.builder_id));
    if (bound == nullptr) return fmt::format("builder {}", quote(claims.builder_id));
    level = bound->level;
  }
  if (level < rule.level) return fmt::format("SLSA build level {}", level);
  if (!rule.build_types.empty() && !any_match(rule.build_types, claims.build_type))
    return fmt::format("build type {}", quote(claims.build_type));
  if (!rule.sources.empty()) {
    if (claims.sources.empty()) return "no source named";
    for (const auto& source : claims.sources)
      if (!allowed_source(rule, source)) return "source " + source.to_string();
  }
  return {};
}

std::string accepted_text(const ProvenanceStatement& provenance) {
  const Claims& claims = *provenance.claims;
  std::string text = fmt::format("provenance signed by {}, builder {}", provenance.signer.key_name,
                                 claims.builder_id.empty() ? "not named" : quote(claims.builder_id));
  for (const auto& source : claims.sources) text += ", source " + source.to_string();
  return text;
}

/// Returns the level of what was accepted for the platform, 0 if nothing was.
int judge_platform(const Facts& facts, const PlatformFacts& platform, const Policy& policy, const ProvenanceRule& rule,
                   Rulings& rulings) {
  const auto evidence_for = facts.evidence_for(platform);
  int best = 0;
  std::set<std::tuple<std::string, std::string, std::string>> accepted;
  std::set<std::pair<std::string, std::string>> objections;
  for (const auto& [subject, attached] : evidence_for) {
    for (const ProvenanceStatement& each : attached->provenance) {
      int level = 0;
      const std::string why = objection(each, policy, rule, level);
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
  for (const auto& [evidence, why] : objections)
    rulings.unproven({subject_of(platform), expected(rule), why, evidence, remedy}, "not-counted", evidence_for);
  if (objections.empty())
    rulings.unproven({subject_of(platform), expected(rule),
                      "no provenance signed by a key of the policy" + refused_text(evidence_for), "", remedy},
                     "missing", evidence_for);
  return 0;
}

bool asked(const ImageRules& rules) { return rules.provenance.has_value(); }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules& rules) {
  Rulings rulings("provenance", facts, policy);
  int level = INT_MAX;
  for (const PlatformFacts& platform : facts.platforms)
    level = std::min(level, judge_platform(facts, platform, policy, *rules.provenance, rulings));
  Ruling ruling = std::move(rulings).finish();
  if (ruling.status == RuleStatus::satisfied) ruling.build_level = level;
  return ruling;
}

}  // namespace

const Rule& provenance() {
  static constexpr Rule rule{"provenance", "built by an allowed builder from an allowed source", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
