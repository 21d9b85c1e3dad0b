// The reference carries a digest (config: pinned).
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

bool asked(const ImageRules& rules) { return rules.config && rules.config->pinned; }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules&) {
  Rulings rulings("pinned", facts, policy);
  const std::string digest = facts.digest.to_string();
  const oci::Selector& selector = facts.reference.selector();
  FindingText said{digest, "a reference with a digest", facts.reference.to_string(), digest, "", "unpinned"};
  if (selector.digest) {
    rulings.satisfied(std::move(said));
  } else {
    said.remedy = "name it " + facts.reference.with({selector.tag, facts.digest}).to_string();
    rulings.denied(std::move(said));
  }
  return std::move(rulings).finish();
}

}  // namespace

const Rule& pinned() {
  static constexpr Rule rule{"pinned", "named by its digest", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
