#include "libsupply/content/catalog/internal/maven_pom.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/xml/xml.hpp"

namespace supply::catalog {
namespace {

constexpr std::size_t kExpressionRounds = 16;        // of a property whose value has expressions
constexpr std::size_t kExpressionBytes = 4 * 1'024;  // of what comes out

// Source: java.util.Properties.load: the key ends at the first '=', ':' or white space.
std::pair<std::string_view, std::string_view> property(std::string_view line) {
  const std::size_t end = std::min(line.find_first_of("=: \t"), line.size());
  std::string_view value = line.substr(end);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  if (value.starts_with('=') || value.starts_with(':')) value.remove_prefix(1);
  return {line.substr(0, end), trim(value)};
}

// The values that expressions in a pom stand for.
class Properties {
 public:
  void set(const std::string& name, std::string_view value) {
    if (!value.empty()) values_.insert_or_assign(name, std::string(value));
  }

  // "" where an expression is left.
  std::string resolved(std::string_view text) const {
    std::string out(text);
    for (std::size_t round = 0; round < kExpressionRounds; ++round) {
      const std::size_t begin = out.find("${");
      if (begin == std::string::npos) return out;
      const std::size_t end = out.find('}', begin);
      if (end == std::string::npos) return {};
      const auto found = values_.find(out.substr(begin + 2, end - begin - 2));
      if (found == values_.end() || found->second.size() > kExpressionBytes) return {};
      out.replace(begin, end + 1 - begin, found->second);
      if (out.size() > kExpressionBytes) return {};
    }
    return {};
  }

 private:
  std::map<std::string, std::string> values_;
};

MavenCoordinates valid(MavenCoordinates coordinates) {
  if (!is_maven_id(coordinates.group)) coordinates.group.clear();
  if (!is_maven_id(coordinates.artifact)) coordinates.artifact.clear();
  if (!is_maven_version(coordinates.version)) coordinates.version.clear();
  return coordinates;
}

std::vector<std::string> licenses_of(const xml::Element& project) {
  std::vector<std::string> out;
  const xml::Element* licenses = project.child("licenses");
  if (licenses == nullptr) return out;
  for (const xml::Element& license : licenses->children) {
    if (license.local_name() != "license") continue;
    std::string_view text = license.text_of("name");
    if (text.empty()) text = license.text_of("url");
    if (!text.empty()) out.emplace_back(text);
  }
  return out;
}

std::vector<std::string> requires_of(const xml::Element& project, const Properties& properties) {
  std::set<std::string> out;
  const xml::Element* dependencies = project.child("dependencies");
  if (dependencies == nullptr) return {};
  for (const xml::Element& each : dependencies->children) {
    const std::string_view scope = each.text_of("scope");
    if (each.local_name() != "dependency" || each.text_of("optional") == "true" ||
        (!scope.empty() && scope != "compile" && scope != "runtime"))
      continue;
    const std::string group = properties.resolved(each.text_of("groupId"));
    const std::string artifact = properties.resolved(each.text_of("artifactId"));
    if (is_maven_id(group) && is_maven_id(artifact)) out.insert(group + ":" + artifact);
  }
  return {out.begin(), out.end()};
}

}  // namespace

bool is_maven_id(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_'; });
}

bool is_maven_version(std::string_view text) {
  constexpr std::string_view kIllegal = "\\/:\"<>|?*[](){},";
  return !text.empty() && is_utf8(text) && std::all_of(text.begin(), text.end(), [&](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f' && kIllegal.find(c) == std::string_view::npos;
  });
}

MavenCoordinates parse_pom_properties(std::string_view text) {
  MavenCoordinates out;
  for (std::string_view line : lines(text)) {
    line = trim(line);
    if (line.starts_with('#') || line.starts_with('!')) continue;
    const auto [key, value] = property(line);
    if (key == "groupId") out.group = value;
    if (key == "artifactId") out.artifact = value;
    if (key == "version") out.version = value;
  }
  return valid(std::move(out));
}

Result<MavenPom> parse_pom(std::string_view text) {
  SUPPLY_TRY(const xml::Element project, xml::parse(text));
  if (project.local_name() != "project")
    return Error(ErrorCode::malformed, "the root element is " + quote(project.name) + ", not project");
  static const xml::Element kNone;
  const xml::Element* found = project.child("parent");
  const xml::Element& parent = found == nullptr ? kNone : *found;
  const auto own_or_parents = [&](std::string_view name) {
    const std::string_view own = project.text_of(name);
    return own.empty() ? parent.text_of(name) : own;
  };
  Properties properties;
  if (const xml::Element* stated = project.child("properties"); stated != nullptr)
    for (const xml::Element& each : stated->children) properties.set(each.name, trim(each.text));
  for (const std::string_view prefix : {"project.", "pom.", ""}) {
    for (const std::string_view name : {"groupId", "artifactId", "version"}) {
      const std::string_view value = name == "artifactId" ? project.text_of(name) : own_or_parents(name);
      properties.set(std::string(prefix) + std::string(name), value);
      if (!prefix.empty()) properties.set(std::string(prefix) + "parent." + std::string(name), parent.text_of(name));
    }
  }
  MavenPom pom;
  pom.coordinates =
      valid({properties.resolved(own_or_parents("groupId")), properties.resolved(project.text_of("artifactId")),
             properties.resolved(own_or_parents("version"))});
  pom.name = properties.resolved(project.text_of("name"));
  pom.url = properties.resolved(project.text_of("url"));
  if (const xml::Element* organization = project.child("organization"); organization != nullptr)
    pom.organization = properties.resolved(organization->text_of("name"));
  pom.licenses = licenses_of(project);
  pom.requires_ = requires_of(project, properties);
  return pom;
}

}  // namespace supply::catalog
