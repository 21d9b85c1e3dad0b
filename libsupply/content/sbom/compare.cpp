#include "libsupply/content/sbom/compare.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/pkg/spelling.hpp"

namespace supply::sbom {
namespace {

bool is_catalogued(std::string_view type) {
  const auto all = catalog::all_catalogers();
  return std::any_of(all.begin(), all.end(), [&](const catalog::Cataloger* cataloger) {
    return std::find(cataloger->types.begin(), cataloger->types.end(), type) != cataloger->types.end();
  });
}

pkg::AgreedForm form_of(const pkg::Package& listed) {
  if (!listed.purl.empty()) return pkg::agreed_form(listed.purl.parts());
  return pkg::agreed_form({listed.shown_type, "", listed.name, listed.version, {}, ""});
}

// What two tools can know of a package whose type says nothing: its name in a program (or a kernel), or the checksum of
// a file that does not say what it is. With a namespace ("snap") it is from a database, as other types are.
std::optional<std::pair<std::string, bool>> loose_evidence(const pkg::Package& listed) {
  if (listed.purl.empty()) return std::nullopt;
  const pkg::PurlParts& parts = listed.purl.parts();
  if (parts.type != "generic" || !parts.name_space.empty()) return std::nullopt;
  return std::pair(parts.name, parts.qualifiers.contains("checksum"));
}

using Versions = std::map<std::string, std::set<std::string>>;

void add_differences(const Versions& before, const Versions& after, Comparison& into) {
  std::set<std::string> packages;
  for (const auto& [package, versions] : before) packages.insert(package);
  for (const auto& [package, versions] : after) packages.insert(package);
  static const std::set<std::string> none;
  for (const std::string& package : packages) {
    const auto old_place = before.find(package);
    const auto new_place = after.find(package);
    const std::set<std::string>& old_versions = old_place == before.end() ? none : old_place->second;
    const std::set<std::string>& new_versions = new_place == after.end() ? none : new_place->second;
    Difference difference;
    difference.package = "pkg:" + package;
    std::set_difference(old_versions.begin(), old_versions.end(), new_versions.begin(), new_versions.end(),
                        std::back_inserter(difference.before));
    std::set_difference(new_versions.begin(), new_versions.end(), old_versions.begin(), old_versions.end(),
                        std::back_inserter(difference.after));
    into.agreed += old_versions.size() - difference.before.size();
    if (difference.before.empty() && difference.after.empty()) continue;
    difference.kind = difference.before.empty()  ? Difference::Kind::added
                      : difference.after.empty() ? Difference::Kind::removed
                                                 : Difference::Kind::changed;
    into.differences.push_back(std::move(difference));
  }
}

// Where the package itself has no version, one that a tool made up is none.
void settle_made_up_versions(Versions& document, const Versions& image) {
  for (const auto& [package, versions] : image) {
    if (!versions.contains("") || !pkg::has_made_up_versions(package.substr(0, package.find('/')))) continue;
    const auto claimed = document.find(package);
    if (claimed == document.end() || claimed->second.contains("")) continue;
    for (const std::string& version : claimed->second) {
      if (versions.contains(version)) continue;
      claimed->second.erase(version);
      claimed->second.insert("");
      break;
    }
  }
}

std::string joined(const std::vector<std::string>& versions) {
  return join(versions, ", ", [](const std::string& version) { return version.empty() ? "no version" : version; });
}

}  // namespace

Comparison compare_with_image(const pkg::Inventory& document, const pkg::Inventory& image) {
  Comparison out;
  Versions actual;
  std::map<std::pair<std::string, std::string>, std::string> by_name;  // for claims without a purl: name and version
  std::set<std::pair<std::string, bool>> loose;                        // see loose_evidence
  for (const pkg::Package& listed : image.packages) {
    const pkg::AgreedForm key = form_of(listed);
    actual[key.package].insert(key.version);
    const pkg::PurlParts& parts = listed.purl.parts();
    for (const std::string& name : {listed.name, parts.name_space + "/" + parts.name}) {
      std::string& package = by_name[std::pair(pkg::normalized_python_name(name), key.version)];
      package = std::max(package, key.package);
    }
    if (auto evidence = loose_evidence(listed)) loose.insert(*std::move(evidence));
  }
  // What only the document says of such a package may be true: Supply does not look for it in that way. What only the
  // image holds is a difference as everywhere.
  const auto is_of_other_evidence = [&](const pkg::Package& listed) {
    const auto evidence = loose_evidence(listed);
    return evidence && !loose.contains(*evidence);
  };
  Versions claimed;
  for (const pkg::Package& listed : document.packages) {
    pkg::AgreedForm key = form_of(listed);
    if (listed.purl.empty()) {
      // syft leaves the purl out where it knows no distribution: then the name and the version have to do.
      const std::string name = pkg::normalized_python_name(listed.name);  // the loosest of the spellings
      if (const auto found = by_name.find(std::pair(name, listed.version)); found != by_name.end())
        key.package = found->second;
      if (const auto slash = key.package.find('/'); !is_catalogued(key.package.substr(0, slash))) {
        out.not_checkable.push_back(pkg::reference_of(listed));
        continue;
      }
    } else if (!is_catalogued(listed.purl.parts().type) || pkg::is_placeholder(key.package) ||
               is_of_other_evidence(listed)) {
      out.not_checkable.push_back(pkg::reference_of(listed));
      continue;
    }
    claimed[key.package].insert(key.version);
  }
  settle_made_up_versions(claimed, actual);
  add_differences(claimed, actual, out);
  std::sort(out.not_checkable.begin(), out.not_checkable.end());
  out.not_checkable.erase(std::unique(out.not_checkable.begin(), out.not_checkable.end()), out.not_checkable.end());
  return out;
}

Comparison compare(const pkg::Inventory& before, const pkg::Inventory& after) {
  Comparison out;
  Versions old_versions;
  Versions new_versions;
  for (const pkg::Package& listed : before.packages) {
    const pkg::AgreedForm key = form_of(listed);
    old_versions[key.package].insert(key.version);
  }
  for (const pkg::Package& listed : after.packages) {
    const pkg::AgreedForm key = form_of(listed);
    new_versions[key.package].insert(key.version);
  }
  add_differences(old_versions, new_versions, out);
  return out;
}

std::vector<Finding> to_findings(const Comparison& comparison, std::string_view document, std::string_view evidence) {
  std::map<Difference::Kind, ListedFindings> listed;
  for (const Difference& difference : comparison.differences) {
    Finding finding;
    finding.subject = difference.package;
    finding.place.uri = document;
    finding.id = difference.package;
    finding.evidence = evidence;
    finding.remedy = "make the SBOM anew of what is there, and attest it";
    switch (difference.kind) {
      case Difference::Kind::added:
        finding.rule = "sbom/added";
        finding.expected = "listed in the SBOM";
        finding.found = "only in the image: " + joined(difference.after);
        break;
      case Difference::Kind::removed:
        finding.rule = "sbom/removed";
        finding.expected = "in the image";
        finding.found = "only in the SBOM: " + joined(difference.before);
        break;
      case Difference::Kind::changed:
        finding.rule = "sbom/changed";
        finding.expected = joined(difference.before);
        finding.found = joined(difference.after);
        break;
    }
    listed[difference.kind].add(std::move(finding));
  }
  std::vector<Finding> out;
  for (auto& [kind, findings] : listed) {
    std::vector<Finding> some = std::move(findings).take();
    std::move(some.begin(), some.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace supply::sbom
