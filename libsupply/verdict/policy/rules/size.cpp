// How large the image is (config: max_size).
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  std::uint64_t most = 0;
};

void judge_platform(const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  FindingText said{subject_of(platform), fmt::format("at most {} bytes of config and layers", rule.most),
                   fmt::format("{} bytes in {} layers", platform.size, platform.layers), platform.manifest.to_string(),
                   "build in several stages, and leave out what does not run"};
  if (platform.size <= rule.most) rulings.satisfied(std::move(said));
  else rulings.denied(std::move(said));
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("size", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

ParsedPart parse(const PolicyNode& node, const PolicyScope&) {
  Part rule;
  SUPPLY_TRY(rule.most, node.bytes());
  return part_of(std::move(rule));
}

constexpr std::string_view kSchema = R"({"$ref": "#/$defs/bytes"})";

constexpr std::string_view kGuide =
    R"md(Config and layers together, as they are stored (compressed), for each platform: `500MB`, `1.5GiB`.)md";

}  // namespace

const Rule& size() {
  static constexpr Rule rule{.id = "size",
                             .title = "no larger than the policy allows",
                             .denied = "larger than the policy allows",
                             .member = "config.max_size",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
