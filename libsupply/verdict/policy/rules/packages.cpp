// No package that the policy denies is in the image.
#include <fmt/format.h>

#include "libsupply/verdict/policy/internal/package_id.hpp"
#include "libsupply/verdict/policy/internal/package_pattern.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

using Match = PackagePattern::Match;

struct Part : RulePart {
  std::vector<PackagePattern> deny, allow;  ///< with `allow`, no other passes
};

std::string expected(const Part& rule) {
  const auto texts = [](const std::vector<PackagePattern>& patterns) {
    std::vector<std::string_view> all;
    for (const PackagePattern& each : patterns) all.push_back(each.text());
    return fmt::format("{}", fmt::join(all, ", "));
  };
  std::string text = rule.deny.empty() ? "" : "none of " + texts(rule.deny);
  if (!rule.allow.empty()) text += (text.empty() ? "none but " : ", and none but ") + texts(rule.allow);
  return text;
}

std::string_view why_unknown(Match match) {
  return match == Match::unknown_version ? "its version has no place in the order of its type"
                                         : "the image does not say of which distribution it is";
}

/// What the list of allowed ones says of a package.
Match allowed(const Part& rule, const pkg::Purl& purl) {
  Match best = Match::no;
  for (const PackagePattern& pattern : rule.allow) best = std::max(best, pattern.match(purl));
  return best;
}

void judge_platform(const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  const std::string asked = expected(rule);
  if (!platform.packages) {
    rulings.undecided({subject_of(platform), asked, "the packages were not read", "", ""}, "not-read");
    return;
  }
  bool found = false;
  const std::string subject = subject_of(platform);
  for (const pkg::Package& package : *platform.packages) {
    FindingText said{package.purl.to_string(), "",
                     fmt::format("{} in {}, {}", plain_text(package.purl), subject, package.location),
                     package.layer ? package.layer->to_string() : "", ""};
    const auto add = [&](Match match, std::string wanted, std::string remedy) {
      found = true;
      FindingText one = said;
      one.expected = std::move(wanted);
      one.remedy = std::move(remedy);
      if (match == Match::yes) return rulings.denied(std::move(one), "denied");
      one.found += fmt::format(", and {}", why_unknown(match));
      if (match == Match::unknown_distribution)
        one.remedy = "remove the package, or say the distribution in etc/os-release (ID=)";
      rulings.undecided(std::move(one), match == Match::unknown_version ? "unknown-version" : "unknown-distribution");
    };
    for (const PackagePattern& pattern : rule.deny)
      if (const Match match = pattern.match(package.purl); match != Match::no)
        add(match, "not " + pattern.text(), "remove the package from the image");
    if (rule.allow.empty()) continue;
    const Match match = allowed(rule, package.purl);
    if (match == Match::yes) continue;
    // No pattern matches: that is a no; where one may match, it is not known.
    add(match == Match::no ? Match::yes : match, "an allowed package", "remove the package, or allow it in the policy");
  }
  rulings.unread(platform, asked);
  if (!found && platform.unreadable_packages.empty())
    rulings.satisfied({subject_of(platform), asked,
                       rule.allow.empty() ? fmt::format("none of the {} packages", platform.packages->size())
                                          : fmt::format("all of the {} packages", platform.packages->size()),
                       platform.manifest.to_string(), ""});
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("packages", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "minProperties": 1,
  "properties": {
    "deny": {
      "description": "Package URLs without qualifiers, with or without version or a range of versions, * for any run of characters (/ and @ too): pkg:npm/* is every npm package.",
      "type": "array",
      "minItems": 1,
      "uniqueItems": true,
      "items": {"anyOf": [{"$ref": "#/$defs/purl_pattern"}, {"$ref": "#/$defs/set"}]}
    },
    "allow": {
      "description": "The same: a package that none of them matches is denied.",
      "type": "array",
      "minItems": 1,
      "uniqueItems": true,
      "items": {"anyOf": [{"$ref": "#/$defs/purl_pattern"}, {"$ref": "#/$defs/set"}]}
    }
  }
})";

constexpr std::string_view kGuide =
    R"md(`deny` lists package URLs without qualifiers, with or without version: `pkg:npm/event-stream@3.3.6`, `pkg:deb/*/telnetd`,
`pkg:npm/%40scope/*`. `*` stands for any run of characters, `/` too: `pkg:npm/*` is every npm package, with a scope or without. What is around the wildcards is canonical, as the report writes package URLs, else it is an error. Behind `@` a range may be written,
`pkg:npm/lodash@>=4.0.0,<4.17.21`: all of its bounds (`<`, `<=`, `>`, `>=`, `=`), in the order that the package manager has, for
deb, rpm, apk, pypi, npm, cargo, golang, hex, pub and swift; of other types it is an error. A package whose version has no
place in that order may be within: the rule is then undecided.

`allow` is a list of the same: a package that none of its patterns matches is denied. With both, what `deny` matches is denied
whatever `allow` says.

A Debian, Alpine or rpm package of an image without a known distribution (`ID` in `os-release`) has no namespace in its package URL.
It may be any pattern's with one, and the rule is then undecided (exit 3).

What Supply does not read is not known to be free of a package: metadata that is damaged (where the package's own runtime
would not read it either), and databases of kinds that Supply recognises and does not read yet (eopkg, flatpak,
FreeBSD's pkg and others of operating systems; Python archives, Yarn's Plug'n'Play, Electron's archives and others,
unless a package of the system owns them). `packages`, `licenses` and `sbom` with `agrees` are undecided on such an image (exit
3), unless they deny it; `sbom check` answers 3; `sbom` lists them on stderr and in the document (annotations "known
unknown").)md";

ParsedPart parse(const PolicyNode& node, const PolicyScope&) {
  SUPPLY_TRY(node.only({"deny", "allow"}));
  Part rule;
  if (const auto deny = node.find("deny")) {
    SUPPLY_TRY(rule.deny, typed_patterns<PackagePattern>(*deny));
  }
  if (const auto allow = node.find("allow")) {
    SUPPLY_TRY(rule.allow, typed_patterns<PackagePattern>(*allow));
  }
  if (rule.deny.empty() && rule.allow.empty()) return node.error("want deny, allow or both");
  return part_of(std::move(rule));
}

void needs(const RulePart&, Needs& needs) { needs.packages = true; }

}  // namespace

const Rule& packages() {
  static constexpr Rule rule{.id = "packages",
                             .title = "no denied package",
                             .denied = "a denied package",
                             .member = "packages",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .needs = needs,
                             .judge = judge,
                             .not_a_finding = not_a_package_id};
  return rule;
}

}  // namespace supply::policy::rules
