// No package whose licence the policy denies. Where a package leaves a choice, one that is not denied suffices.
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/declared.hpp"
#include "libsupply/content/license/expression.hpp"
#include "libsupply/content/license/named.hpp"
#include "libsupply/verdict/policy/internal/package_id.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  std::vector<std::string> deny;   ///< SPDX ids; `*` is any run: no id has a '/'
  std::vector<std::string> allow;  ///< when not empty: nothing else
  bool unknown = true;             ///< whether a package without a stated licence may be there; with `allow` not,
                                   ///< unless the policy says so
};

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
bool is_good(const Part& rule, std::string_view license, const pkg::Package& package, bool& unread) {
  if (matches_license(rule.deny, license) || names_denied(rule.deny, license, package)) return false;
  if (matches_license(rule.allow, license)) return true;
  if (!rule.allow.empty()) return false;
  if (!package.unread_licenses.contains(std::string(license))) return true;
  unread = true;
  return rule.unknown;
}

std::string expected(const Part& rule) {
  std::string text;
  if (!rule.allow.empty()) text = fmt::format("licensed under {}", fmt::join(rule.allow, " or "));
  if (!rule.deny.empty())
    text += fmt::format("{}not licensed under {}", text.empty() ? "" : ", ", fmt::join(rule.deny, " or "));
  if (!rule.unknown) text += text.empty() ? "a stated licence" : ", and stated";
  return text.empty() ? "any licence" : text;
}

void judge_platform(const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
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
    const std::string_view said = pkg::license_of(package);
    auto expression = license::Expression::parse(said);
    const bool stated = !said.empty() && expression && !expression->empty();
    if (!stated) {
      if (!rule.unknown) deny(package, said.empty() ? "no stated licence" : quote(said), "unknown");
      else if (!said.empty())
        rulings.undecided(
            {package.purl.to_string(), wanted, "its licence expression cannot be read: " + quote(said), "", ""},
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

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("licenses", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "minProperties": 1,
  "properties": {
    "deny": {
      "description": "SPDX licence ids, * for any run.",
      "$ref": "#/$defs/names"
    },
    "allow": {
      "description": "Nothing but these.",
      "$ref": "#/$defs/names"
    },
    "unknown": {
      "description": "Packages whose licence is not stated, or stated in text that is no licence expression: allow, or with an allow list deny, unless said here.",
      "enum": [
        "allow",
        "deny"
      ]
    }
  }
})";

constexpr std::string_view kGuide =
    R"md(`deny` and `allow` list SPDX ids (`AGPL-*` is a pattern; one that matches no id of the list is an error). A package with a
choice (`MIT OR GPL-3.0-only`) passes if one way to comply is left. `unknown: allow|deny` decides about packages whose licence
is not known: by default they pass, but not where there is an `allow` list. Not known is a licence that is not stated, and a
stated text that is no licence expression (after the usual spellings of npm, Python, Debian and Alpine: `GPLv2+`, `MIT/X11`):
`BSD`, `SEE LICENSE IN LICENSE`, `AGPL-3.0-only AND`, or what is below a licence's name and is not its own text. Such a
text never passes a `deny` pattern that its first 4 KiB name in any spelling,
nor an `allow` list that does not name it (`LicenseRef-BSD`); where it passes otherwise, a warning says how many packages have
one. A name that a Debian copyright file gives to a licence whose text it holds is known.)md";

/// Whether it can match a "LicenseRef-…" or "DocumentRef-…:LicenseRef-…".
bool may_be_reference(std::string_view pattern) {
  const std::string_view start = pattern.substr(0, pattern.find_first_of("*?"));
  for (const std::string_view prefix : {"LicenseRef-", "DocumentRef-"})
    if (start.starts_with(prefix) || (prefix.starts_with(start) && pattern.size() > start.size())) return true;
  return false;
}

/// A pattern of licences that the list's spelling can match; the names of LicenseRefs are anybody's.
Status check_license_pattern(const PolicyNode& node, std::string_view pattern) {
  SUPPLY_TRY(check_pattern(node, pattern));
  if (may_be_reference(pattern) || license::match_license(pattern.substr(0, pattern.find(" WITH ")))) return {};
  return node.error(fmt::format("pattern {} matches no licence as the SPDX list spells it", quote(pattern)));
}

/// Licences as the SPDX list spells them: what it does not know would match nothing, and silently.
Result<std::vector<std::string>> license_patterns(const PolicyNode& node) {
  SUPPLY_TRY(const std::vector<PolicyNode> nodes, node.text_nodes());
  std::vector<std::string> all;
  for (const PolicyNode& each : nodes) {
    SUPPLY_TRY(const std::string text, each.text());
    if (text.find_first_of("*?") != std::string::npos) {
      SUPPLY_TRY(check_license_pattern(each, text));
      all.push_back(text);
      continue;
    }
    auto expression = license::Expression::parse(text);
    if (!expression) return each.error(expression.error().message());
    const std::vector<std::string> licenses = expression->licenses();
    if (licenses.size() != 1) return each.error(fmt::format("{} is not one licence", quote(text)));
    all.push_back(licenses.front());
  }
  return all;
}

ParsedPart parse(const PolicyNode& node, const PolicyScope&) {
  SUPPLY_TRY(node.only({"deny", "allow", "unknown"}));
  Part rule;
  if (const auto deny = node.find("deny")) {
    SUPPLY_TRY(rule.deny, license_patterns(*deny));
  }
  if (const auto allow = node.find("allow")) {
    SUPPLY_TRY(rule.allow, license_patterns(*allow));
    rule.unknown = false;
  }
  if (const auto unknown_one = node.find("unknown")) {
    SUPPLY_TRY(const std::string word, unknown_one->text());
    if (word != "allow" && word != "deny") return unknown_one->error("want allow or deny");
    rule.unknown = word == "allow";
  } else if (rule.deny.empty() && rule.allow.empty()) {
    return node.error("want deny, allow or unknown");
  }
  return part_of(std::move(rule));
}

void needs(const RulePart&, Needs& needs) { needs.packages = true; }

}  // namespace

const Rule& licenses() {
  static constexpr Rule rule{.id = "licenses",
                             .title = "no denied licence",
                             .denied = "a denied licence",
                             .member = "licenses",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .needs = needs,
                             .judge = judge,
                             .not_a_finding = not_a_package_id};
  return rule;
}

}  // namespace supply::policy::rules
