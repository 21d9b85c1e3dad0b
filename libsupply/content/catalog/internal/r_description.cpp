#include "libsupply/content/catalog/internal/r_description.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/deb822/deb822.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {
namespace {

// "a (>= 1), R (>= 3.5)" without R itself.
void add_names(std::string_view field, std::vector<std::string>& out) {
  for (const std::string_view part : split(field, ',')) {
    const std::string_view name = trim(part.substr(0, part.find('(')));
    if (!name.empty() && name != "R") out.emplace_back(name);
  }
}

// Source: R's share/licenses/license.db, whose abbreviations have no SPDX identifier of the same spelling.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kAbbreviations = {{
    {"GPL", "GPL-1.0-or-later"},
    {"LGPL", "LGPL-2.0-or-later"},
    {"AGPL", "AGPL-1.0-or-later"},
    {"GPL-2", "GPL-2.0-only"},
    {"GPL-3", "GPL-3.0-only"},
    {"LGPL-2", "LGPL-2.0-only"},
    {"LGPL-2.1", "LGPL-2.1-only"},
    {"LGPL-3", "LGPL-3.0-only"},
    {"AGPL-3", "AGPL-3.0-only"},
    {"BSD_2_clause", "BSD-2-Clause"},
    {"BSD_3_clause", "BSD-3-Clause"},
    {"Apache License 2.0", "Apache-2.0"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kVersioned = {{
    {"GPL", "GPL"},
    {"LGPL", "LGPL"},
    {"AGPL", "AGPL"},
    {"Apache License", "Apache"},
    {"GNU General Public License", "GPL"},
    {"GNU Lesser General Public License", "LGPL"},
    {"Artistic License", "Artistic"},
    {"MPL", "MPL"},
}};

// "GPL (>= 2)"; "Apache License (== 2.0)".
std::string versioned(std::string_view name, std::string_view condition) {
  const auto* found =
      std::find_if(kVersioned.begin(), kVersioned.end(), [&](const auto& one) { return one.first == name; });
  const std::size_t digits = condition.find_first_of("0123456789");
  if (found == kVersioned.end() || digits == std::string_view::npos) return {};
  const bool later = condition.starts_with(">=");
  if (!later && !condition.starts_with("==")) return {};
  std::string version(trim(condition.substr(digits)));
  if (version.find('.') == std::string::npos) version += ".0";
  const bool gnu = found->second.ends_with("GPL");
  return std::string(found->second) + "-" + version + (gnu ? later ? "-or-later" : "-only" : later ? "+" : "");
}

}  // namespace

std::vector<std::string> r_licenses(std::string_view field) {
  std::vector<std::string> out;
  for (std::string_view part : split(field, '|')) {
    part = trim(part);
    if (const std::size_t plus = part.find("+ file "); plus != std::string_view::npos && plus > 0)
      part = trim(part.substr(0, plus));
    if (part.empty()) continue;
    std::string text(part);
    const auto* found =
        std::find_if(kAbbreviations.begin(), kAbbreviations.end(), [&](const auto& one) { return one.first == part; });
    if (found != kAbbreviations.end()) text = found->second;
    if (const std::size_t open = part.find('('); open != std::string_view::npos && part.ends_with(')')) {
      std::string named = versioned(trim(part.substr(0, open)), trim(part.substr(open + 1, part.size() - open - 2)));
      if (!named.empty()) text = std::move(named);
    }
    out.push_back(std::move(text));
  }
  return out;
}

Result<DescribedPackage> parse_r_description(std::string_view text) {
  DescribedPackage out;
  pkg::Package& package = out.package;
  std::string repository;
  bool first = true;
  const std::string as_utf8 = is_utf8(text) ? std::string(text) : utf8_of_latin1(text);
  SUPPLY_TRY(
      deb822::for_each_stanza(as_utf8, deb822::Strictness::tolerant, [&](const deb822::Stanza& stanza) -> Status {
        if (!first) return {};
        first = false;
        package.name = stanza.get("Package");
        package.version = stanza.get("Version");
        package.supplier = person(stanza.get("Maintainer"));
        const std::string_view urls = stanza.get("URL");
        package.homepage = urls.substr(0, urls.find_first_of(", \t\r\n"));
        out.licenses = r_licenses(stanza.get("License"));
        for (const std::string_view field : {"Depends", "Imports"}) add_names(stanza.get(field), out.requires_);
        repository = stanza.get("Repository");
        return {};
      }));
  if (package.name.empty()) return Error(ErrorCode::malformed, "no name");
  if (package.version.empty()) return Error(ErrorCode::malformed, "package " + quote(package.name) + ": no version");
  pkg::PurlParts parts{"cran", "", package.name, package.version, {}, ""};
  if (repository.find("://") != std::string::npos) parts.qualifiers["repository_url"] = repository;
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  out.key = package.name;
  return out;
}

}  // namespace supply::catalog
