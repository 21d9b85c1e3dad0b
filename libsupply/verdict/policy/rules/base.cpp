// The image is built on an allowed base. Proven by the base's own layers; with `proven: false` the image's word
// (org.opencontainers.image.base.*) suffices, which its signature then vouches for.
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/image/oci/base_claim.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

std::string expected(const BaseRule& rule) {
  return fmt::format("built on {}{}", fmt::join(rule.allowed, " or "), rule.proven ? ", proven by its layers" : "");
}

bool claims(const oci::Reference& allowed, std::string_view name, std::string_view digest) {
  if (allowed.selector().digest) return !digest.empty() && digest == allowed.selector().digest->to_string();
  const auto claimed = oci::Reference::parse(name);
  return claimed && claimed->name() == allowed.name() && claimed->selector().tag == allowed.selector().tag;
}

void judge_claim(const PlatformFacts& platform, const BaseRule& rule, const std::string& remedy, Rulings& rulings) {
  const oci::BaseClaim claim = oci::base_claim(platform.annotations, platform.config);
  const std::string found = claim.name.empty() && claim.digest.empty()
                                ? "the image does not say its base"
                                : fmt::format("the image says: {} {}", claim.name, claim.digest);
  const bool allowed = std::any_of(rule.allowed.begin(), rule.allowed.end(), [&](const std::string& text) {
    const auto reference = oci::Reference::parse(text);
    return reference && claims(*reference, claim.name, claim.digest);
  });
  if (allowed) rulings.satisfied({subject_of(platform), expected(rule), found, platform.manifest.to_string(), ""});
  else rulings.denied({subject_of(platform), expected(rule), found, platform.manifest.to_string(), remedy}, "claim");
}

void judge_platform(const PlatformFacts& platform, const BaseRule& rule, Rulings& rulings) {
  const std::string remedy = "rebuild it on an allowed base, or allow its base in the policy";
  if (!rule.proven) return judge_claim(platform, rule, remedy, rulings);
  std::vector<BaseCandidate> candidates;
  if (platform.bases)
    for (const BaseCandidate& candidate : *platform.bases)
      if (std::find(rule.allowed.begin(), rule.allowed.end(), candidate.reference) != rule.allowed.end())
        candidates.push_back(candidate);
  std::sort(candidates.begin(), candidates.end(), [](const BaseCandidate& a, const BaseCandidate& b) {
    return std::tie(a.reference, a.digest, a.detail) < std::tie(b.reference, b.digest, b.detail);
  });
  const auto is = [&](BaseCandidate::Answer answer) {
    return std::find_if(candidates.begin(), candidates.end(),
                        [&](const BaseCandidate& candidate) { return candidate.answer == answer; });
  };
  if (const auto proven = is(BaseCandidate::Answer::proven); proven != candidates.end()) {
    rulings.satisfied({subject_of(platform), expected(rule), "built on " + proven->reference,
                       proven->digest ? proven->digest->to_string() : "", ""});
    return;
  }
  // A base that could not be compared with the image may be its base: then it is neither yes nor no.
  const bool all_asked =
      candidates.size() >= rule.allowed.size() && is(BaseCandidate::Answer::unknown) == candidates.end();
  for (const BaseCandidate& candidate : candidates) {
    FindingText said{subject_of(platform), expected(rule), fmt::format("{}: {}", candidate.reference, candidate.detail),
                     candidate.digest ? candidate.digest->to_string() : "",
                     all_asked ? remedy : "make the base image reachable"};
    if (all_asked) rulings.denied(std::move(said), "not-based");
    else rulings.undecided(std::move(said), "unproven");
  }
  if (candidates.empty())
    rulings.undecided({subject_of(platform), expected(rule), "no base was held against the image", "", ""}, "unproven");
}

bool asked(const ImageRules& rules) { return rules.base.has_value(); }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules& rules) {
  Rulings rulings("base", facts, policy);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, *rules.base, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& base() {
  static constexpr Rule rule{"base", "built on an allowed base image", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
