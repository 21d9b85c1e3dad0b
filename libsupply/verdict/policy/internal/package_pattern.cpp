#include "libsupply/verdict/policy/internal/package_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/base/text/wildcard.hpp"
#include "libsupply/content/pkg/version.hpp"
#include "libsupply/content/pkg/version_order.hpp"

namespace supply::policy {

namespace {

Error usage(std::string message) { return {ErrorCode::usage, std::move(message)}; }

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
/// without os-release): as its purl would be with some namespace. `name` and `name_version` have none.
bool may_match(std::string_view pattern, const pkg::Purl& purl, const std::string& name,
               const std::string& name_version) {
  if (!purl.parts().name_space.empty() || !pkg::is_distribution_type(purl.parts().type)) return false;
  const auto with_any_namespace = [](std::string text) { return text.insert(text.find('/'), "/*"); };
  return may_match_form(pattern, with_any_namespace(name)) || may_match_form(pattern, with_any_namespace(name_version));
}

/// Whether a pattern without a namespace means a package of a distribution ("pkg:deb/telnetd"): of any.
bool matches_any_distribution(std::string_view pattern, const pkg::Purl& purl) {
  const pkg::PurlParts& parts = purl.parts();
  if (!pkg::is_distribution_type(parts.type) || parts.name_space.empty()) return false;
  if (std::count(pattern.begin(), pattern.end(), '/') != 1) return false;
  pkg::PurlParts bare;
  bare.type = parts.type, bare.name = parts.name, bare.version = parts.version;
  const auto [name, name_version] = texts(*pkg::Purl::create(bare));
  return wildcard_match(pattern, name) || wildcard_match(pattern, name_version);
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

bool is_denied(const std::string& pattern, const pkg::Purl& purl) {
  const auto [name, name_version] = texts(purl);
  const std::string& type = purl.parts().type;
  const std::string same = comparable(type, pattern), comparable_text = comparable(type, name_version);
  return wildcard_match(pattern, name) || wildcard_match(pattern, name_version) ||
         wildcard_match(pattern, comparable_text) || matches_any_distribution(pattern, purl) ||
         (!same.empty() && wildcard_match(same, comparable_text));
}

/// Written another way than the canonical one, it would match nothing, and silently: also around its wildcards.
Status check_canonical(const std::string& pattern) {
  if (!pattern.starts_with("pkg:") || pattern.find('/') == std::string::npos)
    return usage(
        fmt::format("{} is no pattern of a package URL: want pkg:TYPE/NAME or pkg:TYPE/NAME@VERSION", quote(pattern)));
  if (pattern.find_first_of("?#") != std::string::npos)
    return usage(fmt::format("{}: qualifiers and subpaths are not compared", quote(pattern)));
  const std::string_view type = std::string_view(pattern).substr(4, pattern.find('/') - 4);
  const bool wild_type = type.find('*') != std::string_view::npos;
  if (to_lower(type) != type)
    return usage(fmt::format("{} is not canonical: write \"pkg:{}{}\"", quote(pattern), to_lower(type),
                             std::string_view(pattern).substr(4 + type.size())));
  // A run may end behind the type.
  if (!pkg::is_known_type(std::string(type.substr(0, type.find('*'))) + (wild_type ? "*" : "")))
    return usage(fmt::format("{}: {} is no type of package URLs (want deb, apk, npm, pypi, golang, maven, …)",
                             quote(pattern), quote(type)));
  const bool wild = pattern.find('*') != std::string::npos;
  const auto filled = [&](std::string_view run) {
    std::string filled_text;
    for (const char c : pattern) {
      if (c != '*') filled_text += c;
      else if (!filled_text.ends_with(run)) filled_text += run;
    }
    return filled_text;
  };
  std::string text = filled("z");  // for a run: canonical wherever it is
  auto purl = pkg::Purl::parse(text);
  if (!purl && wild) {
    // "pkg:swift/*" is a pattern, and no package URL without the namespace that * stands for.
    text = filled("z/z");
    purl = pkg::Purl::parse(text);
    if (!purl && !wild_type)
      return usage(fmt::format("{} matches no package URL: {}", quote(pattern), purl.error().message()));
    if (!purl) return {};
  }
  if (!purl) return usage(purl.error().message());
  if (purl->to_string() == text) return {};
  return usage(fmt::format("{} is not canonical: write {}{}", quote(pattern), quote(purl->to_string()),
                           wild ? " (with its wildcards for z)" : ""));
}

}  // namespace

std::string plain_text(const pkg::Purl& purl) { return texts(purl).second; }

Result<PackagePattern> PackagePattern::parse(std::string_view text) {
  PackagePattern out;
  out.text_ = out.pattern_ = text;
  const std::size_t at = text.rfind('@');
  const bool has_range =
      at != std::string_view::npos && at + 1 < text.size() && std::string_view("<>=").find(text[at + 1]) < 3;
  if (has_range) out.pattern_ = text.substr(0, at);
  SUPPLY_TRY(check_canonical(out.pattern_));
  if (!has_range) return out;
  const std::string type = out.pattern_.substr(4, out.pattern_.find('/') - 4);
  if (!pkg::has_version_order(type))
    return usage(fmt::format("{}: versions of {} have no order that Supply knows: name them, or leave the range out",
                             quote(text), quote(type)));
  if (out.pattern_.rfind('@') != std::string::npos) return usage(quote(text) + ": a version and a range of versions");
  for (const std::string_view each : split(text.substr(at + 1), ',')) {
    const std::string_view bound = trim(each);
    const std::size_t end = bound.find_first_not_of("<>=");
    Bound one{std::string(bound.substr(0, end)), std::string(trim(bound.substr(std::min(end, bound.size()))))};
    if (one.relation != "<" && one.relation != "<=" && one.relation != ">" && one.relation != ">=" &&
        one.relation != "=")
      return usage(fmt::format("{}: want <, <=, >, >= or = before each version of the range", quote(text)));
    if (!pkg::compare_versions(type, one.version, one.version))
      return usage(fmt::format("{}: {} is no version of {}", quote(text), quote(one.version), quote(type)));
    out.bounds_.push_back(std::move(one));
  }
  // A range holds a version when it holds one of its own bounds, or what is right behind or before one.
  for (const Bound& low : out.bounds_)
    for (const Bound& high : out.bounds_) {
      if (low.relation.front() == '<' || high.relation.front() == '>') continue;
      const int order = *pkg::compare_versions(type, low.version, high.version);
      const bool both = low.relation.back() == '=' && high.relation.back() == '=';
      if (order > 0 || (order == 0 && !both)) return usage(quote(text) + ": no version is within");
    }
  return out;
}

bool PackagePattern::is_within(std::string_view type, std::string_view version, bool& known) const {
  bool within = true;
  for (const Bound& bound : bounds_) {
    const auto order = pkg::compare_versions(type, version, bound.version);
    if (!order) {
      known = false;
      return false;
    }
    const bool holds = (*order == 0 && bound.relation.back() == '=') || (*order < 0 && bound.relation.front() == '<') ||
                       (*order > 0 && bound.relation.front() == '>');
    within = within && holds;
  }
  return within;
}

PackagePattern::Match PackagePattern::match(const pkg::Purl& purl) const {
  const auto [name, name_version] = texts(purl);
  const bool is_it = is_denied(pattern_, purl);
  if (!is_it && !may_match(pattern_, purl, name, name_version)) return Match::no;
  bool known = true;
  if (!bounds_.empty() && !is_within(purl.parts().type, purl.parts().version, known))
    return known ? Match::no : Match::unknown_version;
  return is_it ? Match::yes : Match::unknown_distribution;
}

}  // namespace supply::policy
