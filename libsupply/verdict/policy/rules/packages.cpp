// No package that the policy denies is in the image.
#include <fmt/format.h>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

/// The purl without version, and with it; neither has qualifiers or a subpath.
std::pair<std::string, std::string> texts(const pkg::Purl& purl) {
  pkg::PurlParts parts = purl.parts();
  parts.qualifiers.clear();
  parts.subpath.clear();
  const auto with = pkg::Purl::create(parts);
  parts.version.clear();
  const auto without = pkg::Purl::create(parts);
  return {without ? without->to_string() : purl.to_string(), with ? with->to_string() : purl.to_string()};
}

void judge_platform(const PlatformFacts& platform, const PackageRule& rule, Rulings& rulings) {
  const std::string expected = fmt::format("none of {}", fmt::join(rule.deny, ", "));
  if (!platform.packages) {
    rulings.undecided({subject_of(platform), expected, "the packages were not read", "", ""});
    return;
  }
  bool found = false;
  for (const pkg::Package& package : *platform.packages) {
    const auto [name, name_version] = texts(package.purl);
    for (const std::string& pattern : rule.deny) {
      if (!glob_match(pattern, name) && !glob_match(pattern, name_version)) continue;
      found = true;
      rulings.denied({package.purl.to_string(), "not " + pattern,
                      fmt::format("{} in {}, {}", name_version, subject_of(platform), package.found_in),
                      package.layer ? package.layer->to_string() : "", "remove the package from the image"});
    }
  }
  rulings.unread(platform, expected);
  if (!found && platform.unreadable_packages.empty())
    rulings.satisfied({subject_of(platform), expected,
                       fmt::format("none of the {} packages", platform.packages->size()), platform.manifest.to_string(),
                       ""});
}

bool asked(const ImageRules& rules) { return rules.packages.has_value(); }

Ruling judge(const Facts& facts, const Policy&, const ImageRules& rules) {
  Rulings rulings("packages", facts);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, *rules.packages, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& packages() {
  static constexpr Rule rule{"packages", "no denied package", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
