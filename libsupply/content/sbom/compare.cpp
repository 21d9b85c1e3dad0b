#include "libsupply/content/sbom/compare.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/python.hpp"

namespace supply::sbom {
namespace {

bool is_catalogued(std::string_view type) {
  const auto all = catalog::all_catalogers();
  return std::any_of(all.begin(), all.end(), [&](const catalog::Cataloger* cataloger) {
    return std::find(cataloger->types.begin(), cataloger->types.end(), type) != cataloger->types.end();
  });
}

// A package and its version in the form in which two tools agree on it.
struct Key {
  std::string package;  ///< "npm/@scope/name"
  std::string version;
};

Key key_of(const pkg::Package& listed) {
  if (listed.purl.empty()) {
    std::string name = listed.shown_type == "pypi" ? catalog::normalized_python_name(listed.name) : listed.name;
    return {listed.shown_type + "/" + name, listed.version};
  }
  const pkg::PurlParts& parts = listed.purl.parts();
  std::string name = parts.name;
  std::string version = parts.version;
  if (parts.type == "pypi") name = catalog::normalized_python_name(name);
  if (parts.type == "golang") {
    // trivy writes names in lower case and versions without "v"; the standard library has none in either.
    name = to_lower(parts.name_space.empty() ? name : parts.name_space + "/" + name);
    if (version.starts_with('v')) version.erase(0, 1);
  } else if (!pkg::is_distribution_type(parts.type) && !parts.name_space.empty()) {
    // A distribution's id is the same for all its packages, and other tools leave it out or write it otherwise.
    name = parts.name_space + "/" + name;
  }
  if (const auto epoch = parts.qualifiers.find("epoch");
      epoch != parts.qualifiers.end() && epoch->second != "0" && version.find(':') == std::string::npos) {
    version = epoch->second + ":" + version;
  }
  return {parts.type + "/" + name, version};
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

// A Go program that was built without a version: tools make one up, each its own way, and none of them can be checked.
void settle_unknown_go_versions(Versions& document, const Versions& image) {
  for (const auto& [package, versions] : image) {
    if (!package.starts_with("golang/") || !versions.contains("")) continue;
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
  for (const pkg::Package& listed : image.packages) {
    const Key key = key_of(listed);
    actual[key.package].insert(key.version);
    std::string& package = by_name[std::pair(listed.name, key.version)];
    package = std::max(package, key.package);
  }
  Versions claimed;
  for (const pkg::Package& listed : document.packages) {
    Key key = key_of(listed);
    if (listed.purl.empty()) {
      // syft leaves the purl out where it knows no distribution: then the name and the version have to do.
      if (const auto found = by_name.find(std::pair(listed.name, listed.version)); found != by_name.end())
        key.package = found->second;
      if (const auto slash = key.package.find('/'); !is_catalogued(key.package.substr(0, slash))) {
        out.not_checkable.push_back(pkg::reference_of(listed));
        continue;
      }
    } else if (!is_catalogued(listed.purl.parts().type) || key.package == "golang/command-line-arguments") {
      out.not_checkable.push_back(pkg::reference_of(listed));
      continue;
    }
    claimed[key.package].insert(key.version);
  }
  settle_unknown_go_versions(claimed, actual);
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
    const Key key = key_of(listed);
    old_versions[key.package].insert(key.version);
  }
  for (const pkg::Package& listed : after.packages) {
    const Key key = key_of(listed);
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
    finding.remedy = "make the SBOM anew from this image and attest it";
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
