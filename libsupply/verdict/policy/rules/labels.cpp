// The labels that the policy asks for are there and say something (config: labels). A finding's id is the label.
#include <fmt/format.h>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

void labels_of(const PlatformFacts& platform, const ConfigRule& rule, Rulings& rulings) {
  for (const std::string& key : rule.labels) {
    const auto found = platform.config.labels.find(key);
    const bool there = found != platform.config.labels.end() && !trim(found->second).empty();
    FindingText said{subject_of(platform),
                     "label " + key,
                     there ? fmt::format("{}={}", key, quote(found->second)) : "no such label",
                     platform.manifest.to_string(),
                     there ? "" : "set LABEL " + key,
                     key};
    if (there) rulings.satisfied(std::move(said));
    else rulings.denied(std::move(said));
  }
}

bool asked(const ImageRules& rules) { return rules.config && !rules.config->labels.empty(); }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules& rules) {
  Rulings rulings("labels", facts, policy);
  for (const PlatformFacts& platform : facts.platforms) labels_of(platform, *rules.config, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& labels() {
  static constexpr Rule rule{"labels", "the labels that the policy asks for", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
