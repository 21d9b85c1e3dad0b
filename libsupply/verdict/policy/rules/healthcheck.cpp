// The image says how its health is asked (config: healthcheck).
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

void judge_platform(const PlatformFacts& platform, Rulings& rulings) {
  FindingText said{subject_of(platform), "a HEALTHCHECK", "", platform.manifest.to_string(), ""};
  if (platform.config.has_healthcheck) {
    said.found = "there is one";
    return rulings.satisfied(std::move(said));
  }
  said.found = "none, or NONE";
  said.remedy = "set HEALTHCHECK (an image that only Kubernetes runs has probes instead: do not ask it of those)";
  rulings.denied(std::move(said));
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart&) {
  Rulings rulings("healthcheck", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kGuide =
    R"md(The image's config has a `HEALTHCHECK` other than `NONE`. Only Docker's own runtimes look at it, and images in the OCI
format mostly have none: ask it of images that compose runs.)md";

}  // namespace

const Rule& healthcheck() {
  static constexpr Rule rule{.id = "healthcheck",
                             .title = "a healthcheck",
                             .denied = "without a healthcheck",
                             .member = "config.healthcheck",
                             .schema = kFlagSchema,
                             .guide = kGuide,
                             .parse = read_flag,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
