// The labels that the policy asks for are there and say something (config: labels). A finding's id is the label.
#include <fmt/format.h>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  std::vector<std::string> labels;
};

void labels_of(const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
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

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("labels", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) labels_of(platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kSchema = R"({"$ref": "#/$defs/names"})";

constexpr std::string_view kGuide =
    R"(These labels are there and not empty. A finding's id is the label's name; an exception names each.)";

ParsedPart parse(const PolicyNode& node, const PolicyScope&) {
  Part rule;
  SUPPLY_TRY(rule.labels, node.texts());
  return part_of(std::move(rule));
}

}  // namespace

const Rule& labels() {
  static constexpr Rule rule{.id = "labels",
                             .title = "the labels that the policy asks for",
                             .denied = "without a label that the policy asks for",
                             .member = "config.labels",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .judge = judge,
                             .exceptions = ExceptionScope::named_findings};
  return rule;
}

}  // namespace supply::policy::rules
