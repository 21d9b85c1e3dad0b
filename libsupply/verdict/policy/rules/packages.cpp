// No package that the policy denies is in the image.
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/version.hpp"
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

/// Whether the pattern can match a package of a distribution that the image does not name (dpkg, apk and rpm work
/// without os-release): as its purl would be with any namespace. `name` and `name_version` have none.
bool may_match(std::string_view pattern, const pkg::Purl& purl, std::string_view name, std::string_view name_version) {
  if (!purl.parts().name_space.empty() || !pkg::is_distribution_type(purl.parts().type)) return false;
  const std::size_t first = pattern.find('/'), any = pattern.rfind("**");
  std::size_t last = pattern.rfind('/') + 1;
  if (any == std::string_view::npos && (first == std::string_view::npos || first + 1 == last)) return false;
  if (any != std::string_view::npos) last = std::max(last, any);
  const std::string_view begin = pattern.substr(0, first), end = pattern.substr(last);
  const std::size_t type_end = name.find('/');
  return (begin.find("**") != std::string_view::npos || glob_match(begin, name.substr(0, type_end))) &&
         (glob_match(end, name.substr(type_end + 1)) || glob_match(end, name_version.substr(type_end + 1)));
}

/// Whether a pattern without a namespace means a package of a distribution ("pkg:deb/telnetd"): of any.
bool matches_any_distribution(std::string_view pattern, const pkg::Purl& purl) {
  const pkg::PurlParts& parts = purl.parts();
  if (!pkg::is_distribution_type(parts.type) || parts.name_space.empty()) return false;
  if (std::count(pattern.begin(), pattern.end(), '/') != 1 || pattern.find("**") != std::string_view::npos)
    return false;
  pkg::PurlParts bare;
  bare.type = parts.type, bare.name = parts.name, bare.version = parts.version;
  const auto [name, name_version] = texts(*pkg::Purl::create(bare));
  return glob_match(pattern, name) || glob_match(pattern, name_version);
}

/// "pkg:pypi/evil@1.0" with the version as its package manager compares it; empty where no version is named. A version
/// with a wildcard is a text to be matched.
std::string comparable(std::string_view type, std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || text.find('/', at) != std::string_view::npos) return {};
  const std::string_view version = text.substr(at + 1);
  if (version.find('*') != std::string_view::npos) return {};
  return std::string(text.substr(0, at + 1)) + pkg::comparable_version(type, version);
}

void judge_platform(const PlatformFacts& platform, const PackageRule& rule, Rulings& rulings) {
  const std::string expected = fmt::format("none of {}", fmt::join(rule.deny, ", "));
  if (!platform.packages) {
    rulings.undecided({subject_of(platform), expected, "the packages were not read", "", ""}, "not-read");
    return;
  }
  bool found = false;
  const std::string subject = subject_of(platform);
  for (const pkg::Package& package : *platform.packages) {
    const auto [name, name_version] = texts(package.purl);
    for (const std::string& pattern : rule.deny) {
      const std::string& type = package.purl.parts().type;
      const std::string same = comparable(type, pattern);
      const bool denied = glob_match(pattern, name) || glob_match(pattern, name_version) ||
                          glob_match(pattern, comparable(type, name_version)) ||
                          matches_any_distribution(pattern, package.purl) ||
                          (!same.empty() && glob_match(same, comparable(type, name_version)));
      if (!denied && !may_match(pattern, package.purl, name, name_version)) continue;
      found = true;
      if (!denied) {
        rulings.undecided({package.purl.to_string(), "not " + pattern,
                           fmt::format("{} in {}, {}, and the image does not say of which distribution it is",
                                       name_version, subject, package.location),
                           package.layer ? package.layer->to_string() : "",
                           "remove the package, or say the distribution in etc/os-release (ID=)"},
                          "unknown-distribution");
        continue;
      }
      rulings.denied({package.purl.to_string(), "not " + pattern,
                      fmt::format("{} in {}, {}", name_version, subject, package.location),
                      package.layer ? package.layer->to_string() : "", "remove the package from the image"},
                     "denied");
    }
  }
  rulings.unread(platform, expected);
  if (!found && platform.unreadable_packages.empty())
    rulings.satisfied({subject_of(platform), expected,
                       fmt::format("none of the {} packages", platform.packages->size()), platform.manifest.to_string(),
                       ""});
}

bool asked(const ImageRules& rules) { return rules.packages.has_value(); }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules& rules) {
  Rulings rulings("packages", facts, policy);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, *rules.packages, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& packages() {
  static constexpr Rule rule{"packages", "no denied package", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
