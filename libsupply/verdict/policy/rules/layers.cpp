// How many layers the image has (config: max_layers).
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  int most = 0;
};

void judge_platform(const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  FindingText said{subject_of(platform), fmt::format("at most {} layers", rule.most),
                   fmt::format("{} layers", platform.layers), platform.manifest.to_string(),
                   "put commands that belong together into one RUN"};
  if (platform.layers <= static_cast<std::size_t>(rule.most)) rulings.satisfied(std::move(said));
  else rulings.denied(std::move(said));
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("layers", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

ParsedPart parse(const PolicyNode& node, const PolicyScope&) {
  Part rule;
  SUPPLY_TRY(rule.most, node.integer(1, INT32_MAX));
  return part_of(std::move(rule));
}

constexpr std::string_view kSchema = R"({"type": "integer", "minimum": 1})";

constexpr std::string_view kGuide =
    R"md(How many layers the manifest lists at most: overlay file systems of old kernels end at 127.)md";

}  // namespace

const Rule& layers() {
  static constexpr Rule rule{.id = "layers",
                             .title = "no more layers than the policy allows",
                             .denied = "more layers than the policy allows",
                             .member = "config.max_layers",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
