#include "libsupply/content/catalog/internal/java_identity.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/java_archive.hpp"

namespace supply::catalog {
namespace {

// What follows a version's numbers as a part of it, behind a '-', in lower case and without its own number.
constexpr std::array<std::string_view, 39> kQualifiers = {
    "alpha",   "a",     "beta",       "b",      "milestone", "m",         "rc",     "cr",     "ea",   "snapshot",
    "final",   "ga",    "release",    "rel",    "sp",        "pre",       "dev",    "build",  "jre",  "android",
    "jakarta", "javax", "incubating", "redhat", "fuse",      "atlassian", "cdh",    "hdp",    "mapr", "amzn",
    "patch",   "p",     "r",          "v",      "t",         "empty",     "public", "groovy", "fcs"};

bool is_qualifier(std::string_view part) {
  std::string word = to_lower(part);
  word.resize(std::min(word.find_first_of("0123456789."), word.size()));
  return std::find(kQualifiers.begin(), kQualifiers.end(), word) != kQualifiers.end();
}

bool begins_version(std::string_view part) { return !part.empty() && is_digit(part.front()); }

// Where the part of a stem from `at` on is a version: how long it is, what is behind it being a classifier. 0: it is
// none, since a word that is no qualifier comes before further numbers ("1.2-api-2.17.1").
std::size_t version_length(std::string_view text) {
  std::size_t length = 0;
  bool ended = false;
  std::size_t at = 0;
  for (const std::string_view part : split(text, '-')) {
    const std::size_t end = at + part.size();
    if (begins_version(part) && ended) return 0;
    if (!ended && (begins_version(part) || is_qualifier(part))) length = end;
    else ended = true;
    at = end + 1;
  }
  return length;
}

// The artifact before "-VERSION", which may have a classifier behind it.
bool split_at_version(std::string_view stem, std::string_view version, JavaFileName& into) {
  if (version.empty()) return false;
  const std::string wanted = "-" + std::string(version);
  const std::size_t at = stem.rfind(wanted);
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view behind = stem.substr(at + wanted.size());
  if (!behind.empty() && behind.front() != '-') return false;
  // "1.0" of the manifest may be the beginning of a longer version in the name.
  if (version_length(stem.substr(at + 1)) > version.size()) return false;
  into.artifact = stem.substr(0, at);
  into.version = version;
  return true;
}

// Eclipse's plug-ins: "org.eclipse.osgi_3.18.500.v20230801-1826". A version of OSGi has three numbers, those of Scala
// behind an artifact ("_2.13-1.0") have two. Source: OSGi Core 8, section 3.2.5.
bool split_at_underscore(std::string_view stem, JavaFileName& into) {
  const std::size_t line = stem.find('_');
  if (line == std::string_view::npos || stem.substr(0, line).find('.') == std::string_view::npos) return false;
  const std::string_view version = stem.substr(line + 1);
  const std::vector<std::string_view> numbers = split(version, '.');
  if (numbers.size() < 3 || !is_maven_version(version)) return false;
  for (std::size_t i = 0; i < 3; ++i)
    if (!begins_version(numbers[i]) || (i < 2 && !std::all_of(numbers[i].begin(), numbers[i].end(), is_digit)))
      return false;
  into.artifact = stem.substr(0, line);
  into.version = version;
  return true;
}

bool is_artifact_title(std::string_view title) {
  return is_maven_id(title) && std::none_of(title.begin(), title.end(), is_upper);
}

std::string_view last_segment(std::string_view group) {
  const std::size_t dot = group.rfind('.');
  return dot == std::string_view::npos ? group : group.substr(dot + 1);
}

// The symbolic name that maven-bundle-plugin makes of a group and an artifact where nobody says another.
std::string symbolic_name(const std::string& group, std::string_view artifact) {
  const std::string_view last = last_segment(group);
  if (artifact == last) return group;
  if (artifact.starts_with(last)) {
    std::string_view rest = artifact.substr(last.size());
    if (!is_alnum(rest.front())) return group + "." + std::string(rest.substr(1));
  }
  return group + "." + std::string(artifact);
}

// "cats-core_2.13", "play-json_3": a library of Scala's, with the version of Scala that it is for.
bool is_for_scala(std::string_view artifact) {
  const std::size_t line = artifact.rfind('_');
  if (line == std::string_view::npos || line == 0) return false;
  const std::string_view version = artifact.substr(line + 1);
  return version == "3" || (version.starts_with("2.1") && version.size() == 4 && is_digit(version[3]));
}

// A name without the group before the artifact: "GROUP.ARTIFACT-1.jar" is Quarkus's, "GROUP-ARTIFACT-1.war" that of an
// archive in an ear. Source: quarkus-bootstrap; maven-ear-plugin, "fileNameMapping". All in lower case.
std::string_view without_group(std::string_view name, std::string_view group, std::string_view artifact) {
  if (group.empty() || !name.starts_with(group) || name.size() <= group.size()) return name;
  const char between = name[group.size()];
  const std::string_view rest = name.substr(group.size() + 1);
  return (between == '.' || between == '-') && rest.starts_with(artifact) ? rest : name;
}

std::string valid_id(std::string_view text) { return is_maven_id(text) ? std::string(text) : std::string(); }

// "org.elasticsearch#elasticsearch-core;8.9.1". Source: Netflix's nebula-publishing-plugin (manifest).
std::string group_in_title(std::string_view title, std::string_view version) {
  const std::size_t hash = title.find('#'), semicolon = title.find(';');
  if (hash == std::string_view::npos || semicolon == std::string_view::npos || semicolon < hash) return {};
  return title.substr(semicolon + 1) == version ? valid_id(title.substr(0, hash)) : std::string();
}

}  // namespace

std::string manifest_version(const JavaManifest& manifest) {
  for (const std::string_view name : {"nar-version", "plugin-version", "implementation-version", "bundle-version"}) {
    std::string_view value = manifest.value(name);
    if (name == "plugin-version") value = value.substr(0, value.find(' '));  // "1.0-SNAPSHOT (private-…)"
    if (is_maven_version(value) && std::any_of(value.begin(), value.end(), is_digit)) return std::string(value);
  }
  return {};
}

namespace {

// Without the suffix. "a-1.2.jar.bak" is of a-1.2.jar, and in "a-1.2" nothing is a suffix.
std::string_view stem_of(std::string_view base_name) {
  const std::size_t dot = base_name.rfind('.');
  if (dot == 0 || dot == std::string_view::npos) return base_name;
  if (is_java_archive(base_name, {})) return base_name.substr(0, dot);
  for (const std::string_view one : {".jar.", ".war.", ".ear."})
    if (const std::size_t at = base_name.find(one); at != std::string_view::npos && at > 0)
      return base_name.substr(0, at);
  const std::string_view suffix = base_name.substr(dot + 1);
  return std::any_of(suffix.begin(), suffix.end(), is_digit) ? base_name : base_name.substr(0, dot);
}

}  // namespace

JavaFileName parse_java_file_name(std::string_view base_name, std::string_view manifest_version) {
  JavaFileName out;
  const std::string_view stem = stem_of(base_name);
  out.stem = stem;
  out.artifact = stem;
  for (const std::string_view end : {"-sources", "-javadoc", "-test-sources"})
    out.has_no_program = out.has_no_program || stem.ends_with(end);
  if (split_at_underscore(stem, out) || split_at_version(stem, manifest_version, out)) return out;
  for (std::size_t at = stem.find('-'); at != std::string_view::npos; at = stem.find('-', at + 1)) {
    const std::string_view rest = stem.substr(at + 1);
    if (at == 0 || !begins_version(rest)) continue;
    const std::size_t length = version_length(rest);
    if (length == 0) continue;
    out.artifact = stem.substr(0, at);
    out.version = rest.substr(0, length);
    if (!is_maven_version(out.version)) out.version.clear();
    return out;
  }
  return out;
}

MavenCoordinates identify(const JavaFileName& file, const JavaManifest& manifest) {
  MavenCoordinates out{{}, file.artifact, file.version};
  const std::string version = manifest_version(manifest);
  const std::string_view title = manifest.value("implementation-title");
  if (out.version.empty()) {
    out.version = version;
    // A name without a version is one that somebody gave: what the builder called it counts more.
    if (!version.empty() && is_artifact_title(title) && title != "jar" && title.find('-') != std::string_view::npos)
      out.artifact = title;
  }
  if (const std::string id = valid_id(manifest.value("nar-id")); !id.empty())
    return {valid_id(manifest.value("nar-group")), id, version.empty() ? out.version : version};
  // Jenkins' plugins, and the build of Google's libraries.
  std::string group = valid_id(manifest.value("group-id"));
  if (group.empty()) group = valid_id(manifest.value("groupid"));
  if (!group.empty()) {
    for (const std::string_view name : {"artifact-id", "artifactid", "short-name", "extension-name"})
      if (const std::string id = valid_id(manifest.value(name)); !id.empty())
        return {group, id, version.empty() ? out.version : version};
  }
  if (group = group_in_title(title, version); !group.empty()) {
    out.group = std::move(group);
    return out;
  }
  // A vendor that has the symbolic name made of it and of the artifact is the group: Maven's and sbt's plugins wrote
  // both. Alone each is wrong too often. "org.apache" is a vendor of many, and the group of no archive.
  const std::string vendor = valid_id(manifest.value("implementation-vendor-id"));
  const std::string_view symbolic = manifest.value_without_directives("bundle-symbolicname");
  if (vendor.empty() || vendor == "org.apache") return out;
  // sbt writes the organization, which is the group, into every archive.
  if (is_for_scala(out.artifact) && !manifest.value("specification-title").empty()) {
    out.group = vendor;
    return out;
  }
  if (symbolic.empty()) return out;
  std::string_view plain = out.artifact;
  plain = plain.substr(0, plain.rfind("_2."));  // Scala's version
  if (symbolic == symbolic_name(vendor, out.artifact) || symbolic == symbolic_name(vendor, plain)) out.group = vendor;
  return out;
}

int likeness(const MavenPom& pom, const JavaFileName& file, const JavaManifest& manifest) {
  const MavenCoordinates& of = pom.coordinates;
  // Some systems write names in capitals.
  const std::string whole = to_lower(file.stem), group = to_lower(of.group), artifact = to_lower(of.artifact);
  const std::string_view stem = without_group(whole, group, artifact);
  const std::string full = artifact + "-" + to_lower(of.version);
  if (!of.version.empty() && (stem == full || stem.starts_with(full + "-"))) return 4;
  if (stem == artifact || without_group(to_lower(file.artifact), group, artifact) == artifact) return 3;
  // A version in the file's name speaks against a pom of another version: it is of something merged into the archive.
  if (!file.version.empty() && !file.version.starts_with(of.version)) return 0;
  const std::string_view title = manifest.value("implementation-title");
  const std::string_view symbolic = manifest.value_without_directives("bundle-symbolicname");
  if (title == of.artifact || (!title.empty() && title == pom.name) ||
      (!symbolic.empty() && (symbolic == of.artifact || symbolic == of.group + "." + of.artifact ||
                             symbolic == symbolic_name(of.group, of.artifact))))
    return 2;
  return 0;
}

}  // namespace supply::catalog
