// The reference is not the tag latest (config: no_latest).
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

/// A tag says `latest` also where a registry's reference names none; a digest decides over any tag.
bool is_latest(const oci::Reference& reference) {
  const oci::Selector& selector = reference.selector();
  const bool implied = !selector.tag && reference.kind() == oci::Reference::Kind::registry;
  return !selector.digest && (implied || selector.tag == "latest");
}

bool asked(const ImageRules& rules) { return rules.config && rules.config->no_latest; }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules&) {
  Rulings rulings("tag", facts, policy);
  const std::string digest = facts.digest.to_string();
  FindingText said{digest, "a reference other than the tag latest", facts.reference.to_string(), digest, "", "latest"};
  if (is_latest(facts.reference)) {
    said.remedy = "name the version, or the digest: " + facts.reference.with({{}, facts.digest}).to_string();
    rulings.denied(std::move(said));
  } else {
    rulings.satisfied(std::move(said));
  }
  return std::move(rulings).finish();
}

}  // namespace

const Rule& tag() {
  static constexpr Rule rule{"tag", "not named by the tag latest", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
