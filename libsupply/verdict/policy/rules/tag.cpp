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

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart&) {
  Rulings rulings("tag", facts, policy, asks);
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

constexpr std::string_view kGuide =
    R"(The reference is not the tag `latest`, said or implied; a digest decides over a tag.)";

}  // namespace

const Rule& tag() {
  static constexpr Rule rule{.id = "tag",
                             .title = "not named by the tag latest",
                             .denied = "named by the tag latest",
                             .member = "config.no_latest",
                             .schema = kFlagSchema,
                             .guide = kGuide,
                             .parse = read_flag,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
