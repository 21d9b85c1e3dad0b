// No package whose licence the policy denies. Where a package leaves a choice, one that is not denied suffices.
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/declared.hpp"
#include "libsupply/content/license/expression.hpp"
#include "libsupply/content/license/named.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

/// An exception only adds permissions, so a pattern for the licence without it is one for both. SPDX identifiers have
/// no case (SPDX 2.3, Annex D.2).
bool matches_license(const std::vector<std::string>& patterns, std::string_view license) {
  const std::string whole = to_lower(license), alone = to_lower(license.substr(0, license.find(" WITH ")));
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    const std::string lower = to_lower(pattern);
    return glob_match(lower, whole) || glob_match(lower, alone);
  });
}

/// What a LicenseRef stands for: its name, and what the package says. Of a text that the package itself names the first
/// line counts: the text of a licence speaks of others.
bool names_denied(const std::vector<std::string>& deny, std::string_view license, const pkg::Package& package) {
  if (!license.starts_with("LicenseRef-")) return false;
  const auto text = package.license_texts.find(std::string(license));
  std::string_view said = text == package.license_texts.end() ? std::string_view() : text->second;
  if (!package.unread_licenses.contains(std::string(license))) said = said.substr(0, said.find('\n'));
  return std::any_of(deny.begin(), deny.end(), [&](const std::string& pattern) {
    return license::names_license(license.substr(11), pattern) || license::text_names(said, pattern);
  });
}

/// Whether one licence of a package is good. `unread` is set where it is so only because the policy lets text pass that
/// is no licence expression.
bool is_good(const LicenseRule& rule, std::string_view license, const pkg::Package& package, bool& unread) {
  if (matches_license(rule.deny, license) || names_denied(rule.deny, license, package)) return false;
  if (matches_license(rule.allow, license)) return true;
  if (!rule.allow.empty()) return false;
  if (!package.unread_licenses.contains(std::string(license))) return true;
  unread = true;
  return rule.unknown;
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
    rulings.undecided({subject_of(platform), expected(rule), "the packages were not read", "", ""}, "not-read");
    return;
  }
  bool found = false;
  const std::string subject = subject_of(platform), wanted = expected(rule);
  std::size_t passed_unread = 0;
  std::string first_unread;
  const auto deny = [&](const pkg::Package& package, std::string_view license, std::string_view kind) {
    found = true;
    rulings.denied(
        {package.purl.to_string(), wanted, fmt::format("{} in {}, {}", license, subject, package.location),
         package.layer ? package.layer->to_string() : "", "remove the package, or allow its licence in the policy"},
        kind);
  };
  for (const pkg::Package& package : *platform.packages) {
    auto expression = license::Expression::parse(package.declared_license);
    const bool stated = !package.declared_license.empty() && expression && !expression->empty();
    if (!stated) {
      if (!rule.unknown)
        deny(package, package.declared_license.empty() ? "no stated licence" : quote(package.declared_license),
             "unknown");
      else if (!package.declared_license.empty())
        rulings.undecided({package.purl.to_string(), wanted,
                           "its licence expression cannot be read: " + quote(package.declared_license), "", ""},
                          "unreadable");
      continue;
    }
    bool unread = false;
    if (!expression->satisfiable([&](std::string_view one) { return is_good(rule, one, package, unread); })) {
      deny(package, expression->to_string(), "denied");
    } else if (unread) {
      ++passed_unread;
      const auto text = package.license_texts.find(*package.unread_licenses.begin());
      first_unread = package.purl.to_string() + " says " +
                     quote(text == package.license_texts.end() ? std::string_view() : std::string_view(text->second));
    }
  }
  // One line, for an ordinary image has many of them.
  if (passed_unread > 0)
    rulings.warn({subject_of(platform), expected(rule),
                  fmt::format("{} packages state licences that are no licence expression, and nobody read them ({})",
                              passed_unread, first_unread),
                  "", "licenses: {unknown: deny} denies them"},
                 "unread-texts");
  rulings.unread(platform, expected(rule));
  if (!found && platform.unreadable_packages.empty())
    rulings.satisfied({subject_of(platform), expected(rule),
                       fmt::format("all of the {} packages", platform.packages->size()), platform.manifest.to_string(),
                       ""});
}

bool asked(const ImageRules& rules) { return rules.licenses.has_value(); }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules& rules) {
  Rulings rulings("licenses", facts, policy);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, *rules.licenses, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& licenses() {
  static constexpr Rule rule{"licenses", "no denied licence", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
