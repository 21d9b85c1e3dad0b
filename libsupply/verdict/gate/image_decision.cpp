#include "libsupply/verdict/gate/image_decision.hpp"

#include "libsupply/base/parallel/parallel.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/gate/collect.hpp"

namespace supply::gate {
namespace {

std::string text_of(const RuleOutcome& outcome) {
  std::string text = outcome.rule + ": " + outcome.said();
  if (outcome.status == policy::RuleStatus::undecided) text += " (could not be found out)";
  for (const Finding& finding : outcome.findings) {
    if (finding.severity != Severity::error || outcome.exception_for(finding) != nullptr) continue;
    text += ": found " + finding.found + ", want " + finding.expected;
    if (!finding.remedy.empty()) text += ": " + finding.remedy;
    break;
  }
  return text;
}

}  // namespace

ImageDecision judge(std::string reference, Result<policy::Facts> facts, const policy::Policy& policy) {
  ImageDecision image{.reference = std::move(reference)};
  if (!facts) {
    image.error = std::move(facts).error();
    return image;
  }
  image.decision = decide(*facts, policy);
  facts->release_contents();
  image.facts = *std::move(facts);
  return image;
}

std::vector<ImageDecision> judge_all(const std::vector<std::string>& references, const policy::Policy& policy,
                                     const std::function<Result<policy::Facts>(std::size_t)>& facts_of) {
  // Registries are waited for more than processors are.
  constexpr std::size_t kImagesAtOnce = 8;
  std::vector<ImageDecision> all(references.size());
  const std::size_t threads = asks_what_is_inside(policy) ? 1 : kImagesAtOnce;
  const Status judged = parallel_for(references.size(), threads, [&](std::size_t i) -> Status {
    all[i] = judge(references[i], facts_of(i), policy);
    return {};
  });
  // No job fails: each image has its own error.
  for (std::size_t i = 0; i < all.size() && !judged; ++i)
    all[i] = {.reference = references[i], .error = judged.error()};
  return all;
}

std::string reason_of(const Decision& decision) {
  std::vector<std::string> rules;
  for (const RuleOutcome& each : decision.outcomes)
    if (each.status == policy::RuleStatus::denied || each.status == policy::RuleStatus::undecided)
      rules.push_back(text_of(each));
  return std::string(to_string(decision.verdict)) + ": " +
         (rules.empty() ? "no entry of the policy matches it" : join(rules, "; "));
}

}  // namespace supply::gate
