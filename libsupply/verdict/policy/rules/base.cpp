// The image is built on an allowed base. Proven by the base's own layers; with `proven: false` the image's word
// (org.opencontainers.image.base.*) suffices, which its signature then vouches for.
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/base_claim.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  std::vector<std::string> allowed;  ///< references as oci::Reference parses them, local paths made absolute
  bool proven = true;                ///< by the base's own layers; false: the image's own word suffices
  std::optional<std::chrono::seconds> max_behind = {};  ///< an image of the base that is this much older will do
};

std::string expected(const Part& rule) {
  return fmt::format("built on {}{}{}", fmt::join(rule.allowed, " or "), rule.proven ? ", proven by its layers" : "",
                     rule.max_behind ? fmt::format(", at most {} days behind", rule.max_behind->count() / 86'400) : "");
}

bool claims(const oci::Reference& allowed, std::string_view name, std::string_view digest) {
  if (allowed.selector().digest) return !digest.empty() && digest == allowed.selector().digest->to_string();
  const auto claimed = oci::Reference::parse(name);
  return claimed && claimed->name() == allowed.name() && claimed->selector().tag == allowed.selector().tag;
}

void judge_claim(const PlatformFacts& platform, const Part& rule, const std::string& remedy, Rulings& rulings) {
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

/// What was found out of an older image of the base, as far as the rule lets it count.
BaseCandidate as_asked(BaseCandidate candidate, const Part& rule) {
  if (!candidate.behind || (rule.max_behind && *candidate.behind <= *rule.max_behind)) return candidate;
  candidate.answer = BaseCandidate::Answer::not_base;
  candidate.detail += fmt::format(", {} days behind", candidate.behind->count() / 86'400);
  return candidate;
}

void judge_platform(const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  const std::string remedy = "rebuild it on an allowed base, or allow its base in the policy";
  if (!rule.proven) return judge_claim(platform, rule, remedy, rulings);
  std::vector<BaseCandidate> candidates;
  if (platform.bases)
    for (const BaseCandidate& candidate : *platform.bases)
      if (std::find(rule.allowed.begin(), rule.allowed.end(), candidate.reference) != rule.allowed.end())
        candidates.push_back(as_asked(candidate, rule));
  std::sort(candidates.begin(), candidates.end(), [](const BaseCandidate& a, const BaseCandidate& b) {
    return std::tie(a.reference, a.digest, a.detail) < std::tie(b.reference, b.digest, b.detail);
  });
  const auto is = [&](BaseCandidate::Answer answer) {
    return std::find_if(candidates.begin(), candidates.end(),
                        [&](const BaseCandidate& candidate) { return candidate.answer == answer; });
  };
  if (const auto proven = is(BaseCandidate::Answer::proven); proven != candidates.end()) {
    rulings.satisfied({subject_of(platform), expected(rule),
                       "built on " + proven->reference +
                           (proven->behind ? fmt::format(", {} days behind", proven->behind->count() / 86'400) : ""),
                       proven->digest ? proven->digest->to_string() : "", ""});
    return;
  }
  // A base that could not be compared with the image may be its base: then it is neither yes nor no.
  const bool all_asked =
      candidates.size() >= rule.allowed.size() && is(BaseCandidate::Answer::unknown) == candidates.end();
  for (const BaseCandidate& candidate : candidates) {
    FindingText said{subject_of(platform), expected(rule),
                     candidate.detail.starts_with(candidate.reference)
                         ? candidate.detail
                         : fmt::format("{}: {}", candidate.reference, candidate.detail),
                     candidate.digest ? candidate.digest->to_string() : "",
                     all_asked ? remedy : "make the base image reachable"};
    if (all_asked) rulings.denied(std::move(said), "not-based");
    else rulings.undecided(std::move(said), "unproven");
  }
  if (candidates.empty())
    rulings.undecided({subject_of(platform), expected(rule), "no base was held against the image", "", ""}, "unproven");
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("base", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "required": [
    "allowed"
  ],
  "properties": {
    "allowed": {
      "description": "References of base images; local paths are relative to the policy's directory.",
      "$ref": "#/$defs/names"
    },
    "proven": {
      "description": "By the base's own layers; false: the image's own word suffices.",
      "type": "boolean",
      "default": true
    },
    "max_behind": {
      "description": "How much older than what the reference leads to today the image's base may be.",
      "$ref": "#/$defs/duration"
    }
  }
})";

constexpr std::string_view kGuide =
    R"md(`allowed`: references of base images (local paths relative to the policy's directory). One of them must be the image's
base. By default that is proven with the base's own layers: they must be the image's first. A base that cannot be fetched
makes the answer undecided, unless another one is proven. `proven: false` takes the image's word
(`org.opencontainers.image.base.name`, `.digest`), for which the image's signers then vouch.

A base that has moved on since is no longer the image's. With `max_behind: 30d` an older image of it will do: one that the image
names (`base.name` with the allowed reference, `base.digest`), that is in the base's repository, and whose layers prove it, if it
was created at most that long before what the reference leads to today. Where that cannot be found out, the rule is undecided.)md";

ParsedPart parse(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(node.only({"allowed", "proven", "max_behind"}));
  Part rule;
  if (const auto proven = node.find("proven")) {
    SUPPLY_TRY(rule.proven, proven->flag());
  }
  if (const auto behind = node.find("max_behind")) {
    if (!rule.proven) return behind->error("max_behind is proven by layers: it does not go with proven: false");
    SUPPLY_TRY(rule.max_behind, behind->duration());
  }
  SUPPLY_TRY(const PolicyNode allowed, node.require("allowed"));
  SUPPLY_TRY(const std::vector<std::string> references, allowed.texts());
  for (const std::string& text : references) {
    auto reference = oci::Reference::parse(scope.from_directory(text));
    if (!reference) return allowed.error(reference.error().message());
    if (reference->kind() == oci::Reference::Kind::docker_archive)
      return allowed.error(fmt::format("{}: a docker-archive has no manifest; copy it to a layout", quote(text)));
    rule.allowed.push_back(reference->to_string());
  }
  return part_of(std::move(rule));
}

void needs(const RulePart& part, Needs& needs) {
  const Part& rule = as<Part>(part);
  if (rule.proven) needs.bases.insert(rule.allowed.begin(), rule.allowed.end());
  if (rule.max_behind) needs.outdated_bases.insert(rule.allowed.begin(), rule.allowed.end());
}

}  // namespace

const Rule& base() {
  static constexpr Rule rule{.id = "base",
                             .title = "built on an allowed base image",
                             .denied = "not built on an allowed base image",
                             .member = "base",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .needs = needs,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
