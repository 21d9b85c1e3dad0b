// No package whose licence the policy denies. Where a package leaves a choice, one that is not denied suffices.
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/license/expression.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

/// An exception only adds permissions, so a pattern for the licence without it is one for both.
bool matches_license(const std::vector<std::string>& patterns, std::string_view license) {
  const std::string_view alone = license.substr(0, license.find(" WITH "));
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return glob_match(pattern, license) || glob_match(pattern, alone);
  });
}

std::string expected(const LicenseRule& rule) {
  std::string text;
  if (!rule.allow.empty()) text = fmt::format("licensed under {}", fmt::join(rule.allow, " or "));
  if (!rule.deny.empty())
    text += fmt::format("{}not licensed under {}", text.empty() ? "" : ", ", fmt::join(rule.deny, " or "));
  if (!rule.unknown) text += text.empty() ? "a stated licence" : ", and stated";
  return text.empty() ? "any licence" : text;
}

void judge_platform(const PlatformFacts& platform, const LicenseRule& rule, Rulings& rulings) {
  if (!platform.packages) {
    rulings.undecided({subject_of(platform), expected(rule), "the packages were not read", "", ""});
    return;
  }
  bool found = false;
  const auto deny = [&](const pkg::Package& package, std::string_view license) {
    found = true;
    rulings.denied({package.purl.to_string(), expected(rule),
                    fmt::format("{} in {}, {}", license, subject_of(platform), package.found_in),
                    package.layer ? package.layer->to_string() : "",
                    "remove the package, or allow its licence in the policy"});
  };
  for (const pkg::Package& package : *platform.packages) {
    auto expression = license::Expression::parse(package.declared_license);
    const bool stated = !package.declared_license.empty() && expression && !expression->empty();
    if (!stated) {
      if (!rule.unknown)
        deny(package, package.declared_license.empty() ? "no stated licence" : quote(package.declared_license));
    } else if (!expression->satisfiable([&](std::string_view one) {
                 return !matches_license(rule.deny, one) && (rule.allow.empty() || matches_license(rule.allow, one));
               })) {
      deny(package, expression->to_string());
    }
  }
  for (const std::string& unreadable : platform.unreadable_packages)
    rulings.warn({subject_of(platform), expected(rule), "could not be read: " + unreadable, "", ""});
  if (!found)
    rulings.satisfied({subject_of(platform), expected(rule),
                       fmt::format("all of the {} packages", platform.packages->size()), platform.manifest.to_string(),
                       ""});
}

bool asked(const ImageRules& rules) { return rules.licenses.has_value(); }

Ruling judge(const Facts& facts, const Policy&, const ImageRules& rules) {
  Rulings rulings("licenses", facts);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, *rules.licenses, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& licenses() {
  static constexpr Rule rule{"licenses", "no denied licence", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
