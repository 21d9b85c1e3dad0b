#include "libsupply/content/catalog/dpkg.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/catalog/deb822.hpp"

namespace supply::catalog {
namespace {

// "source (version)" or "source".
void read_source(std::string_view field, pkg::Package& package) {
  const std::size_t open = field.find('(');
  package.source_name = trim(field.substr(0, open));
  if (open != std::string_view::npos) {
    package.source_version = trim(field.substr(open + 1, field.find(')', open) - open - 1));
  }
  if (package.source_version == package.version) package.source_version.clear();
  if (package.source_name == package.name && package.source_version.empty()) package.source_name.clear();
}

// The bare name in "libc6:any (>= 2.36)".
std::string bare_name(std::string_view relation) {
  relation = trim(relation);
  return std::string(relation.substr(0, relation.find_first_of(" \t(:[\n")));
}

void read_relations(std::string_view field, std::vector<std::vector<std::string>>& into) {
  for (const std::string_view clause : split(field, ',')) {
    std::vector<std::string> names;
    for (const std::string_view alternative : split(clause, '|')) {
      std::string name = bare_name(alternative);
      if (!name.empty()) names.push_back(std::move(name));
    }
    if (!names.empty()) into.push_back(std::move(names));
  }
}

// The last word of "Status: install ok installed". Source: dpkg(1), "Package states".
bool is_there(std::string_view status) {
  if (status.empty()) return true;  // status.d has no states
  const std::string_view state = status.substr(status.find_last_of(" \t") + 1);
  return state != "config-files" && state != "not-installed";
}

Result<pkg::Purl> purl_of(const pkg::Package& package, const Distribution& distribution) {
  pkg::PurlParts parts{"deb", distribution.id, package.name, package.version, {}, ""};
  parts.qualifiers["arch"] = package.architecture;
  parts.qualifiers["distro"] = distribution.label();
  if (!package.source_name.empty()) {
    parts.qualifiers["upstream"] =
        package.source_name + (package.source_version.empty() ? "" : "@" + package.source_version);
  }
  return pkg::Purl::create(std::move(parts));
}

}  // namespace

Result<std::vector<DebPackage>> parse_dpkg_status(std::string_view text, const Distribution& distribution) {
  std::vector<DebPackage> out;
  const Status read = for_each_stanza(text, [&](const Stanza& stanza) -> Status {
    const std::string place = "line " + std::to_string(stanza.line);
    DebPackage deb;
    pkg::Package& package = deb.package;
    package.name = stanza.get("Package");
    if (package.name.empty()) return Error(ErrorCode::malformed, place + ": no Package");
    if (!is_there(stanza.get("Status"))) return {};
    package.version = stanza.get("Version");
    if (package.version.empty()) {
      return Error(ErrorCode::malformed, place + ": package " + quote(package.name) + ": no Version");
    }
    package.architecture = stanza.get("Architecture");
    read_source(stanza.get("Source"), package);
    package.supplier = maintainer_as_supplier(stanza.get("Maintainer"));
    package.homepage = stanza.get("Homepage");
    package.cataloger = "dpkg";
    SUPPLY_TRY(package.purl, purl_of(package, distribution).at(place));
    read_relations(stanza.get("Pre-Depends"), deb.depends);
    read_relations(stanza.get("Depends"), deb.depends);
    for (const std::string_view provided : split(stanza.get("Provides"), ',')) {
      std::string name = bare_name(provided);
      if (!name.empty()) deb.provides.push_back(std::move(name));
    }
    out.push_back(std::move(deb));
    return {};
  });
  if (!read) return read.error();
  return out;
}

std::vector<std::string> parse_dpkg_list(std::string_view text) {
  std::vector<std::string> out;
  for (std::string_view line : lines(text)) {
    if (line.starts_with('/')) line.remove_prefix(1);
    if (!line.empty() && line != ".") out.emplace_back(line);
  }
  return out;
}

std::vector<std::string> parse_dpkg_md5sums(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : lines(text)) {
    if (line.size() > 34 && line[32] == ' ') out.emplace_back(trim(line.substr(33)));
  }
  return out;
}

std::string maintainer_as_supplier(std::string_view maintainer) {
  maintainer = trim(maintainer);
  if (maintainer.empty()) return {};
  const std::size_t open = maintainer.find('<');
  const std::string name(trim(maintainer.substr(0, open)));
  std::string mail;
  if (open != std::string_view::npos) mail = trim(maintainer.substr(open + 1, maintainer.find('>', open) - open - 1));
  static constexpr std::array<std::string_view, 12> kSeveral = {"team",       "maintainers", "developers", "group",
                                                                "packagers",  "project",     "debian",     "ubuntu",
                                                                "foundation", " inc",        "packaging",  "authors"};
  const std::string lower = to_lower(name);
  const bool several = std::any_of(kSeveral.begin(), kSeveral.end(),
                                   [&](std::string_view word) { return lower.find(word) != std::string::npos; });
  std::string out = (several ? "Organization: " : "Person: ") + (name.empty() ? mail : name);
  if (!name.empty() && !mail.empty()) out += " (" + mail + ")";
  return out;
}

void resolve_depends(std::vector<DebPackage>& packages) {
  std::map<std::string, std::vector<std::size_t>, std::less<>> named;
  std::map<std::string, std::vector<std::size_t>, std::less<>> provided;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    named[packages[i].package.name].push_back(i);
    for (const std::string& name : packages[i].provides) provided[name].push_back(i);
  }
  for (DebPackage& deb : packages) {
    std::vector<std::string>& out = deb.package.depends;
    for (const auto& alternatives : deb.depends) {
      for (const std::string& name : alternatives) {
        auto found = named.find(name);
        if (found == named.end()) {
          found = provided.find(name);
          if (found == provided.end()) continue;
        }
        // Of the architectures of one package, the same as the dependant's, where it is there.
        const auto same = std::find_if(found->second.begin(), found->second.end(), [&](std::size_t i) {
          return packages[i].package.architecture == deb.package.architecture;
        });
        const pkg::Package& target = packages[same == found->second.end() ? found->second.front() : *same].package;
        if (target.purl != deb.package.purl) out.push_back(target.purl.to_string());
        break;
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
}

}  // namespace supply::catalog
