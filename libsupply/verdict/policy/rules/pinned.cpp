// The reference carries a digest (config: pinned).
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart&) {
  Rulings rulings("pinned", facts, policy, asks);
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

constexpr std::string_view kGuide = R"(The reference carries a digest.)";

}  // namespace

const Rule& pinned() {
  static constexpr Rule rule{.id = "pinned",
                             .title = "named by its digest",
                             .denied = "not named by a digest",
                             .member = "config.pinned",
                             .schema = kFlagSchema,
                             .guide = kGuide,
                             .parse = read_flag,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
