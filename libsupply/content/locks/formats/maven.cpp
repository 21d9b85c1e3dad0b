// pom.xml: the dependencies that it declares itself. What a parent or an imported list of versions fixes is not in it:
// such a dependency has no version here. Source: maven.apache.org/pom.html; Maven's model builder.
#include <map>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/xml/xml.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "pom.xml"; }

constexpr int kExpansions = 16;  // of a property that names another

class Reader {
 public:
  Reader(const xml::Element& project, LockBuilder& out) : project_(project), out_(out) {}

  Status read() {
    const xml::Element* parent = project_.child("parent");
    for (const std::string_view key : {"groupId", "artifactId", "version"}) {
      std::string_view value = project_.text_of(key);
      if (value.empty() && parent != nullptr && key != "artifactId") value = parent->text_of(key);
      for (const char* prefix : {"project.", "pom.", ""}) properties_[prefix + std::string(key)] = value;
      if (parent != nullptr) properties_["project.parent." + std::string(key)] = parent->text_of(key);
    }
    if (const xml::Element* properties = project_.child("properties"))
      for (const xml::Element& property : properties->children)
        properties_[std::string(property.local_name())] = trim(property.text);
    if (const xml::Element* management = project_.child("dependencyManagement"))
      if (const xml::Element* list = management->child("dependencies"))
        for (const xml::Element& each : list->children) managed_[name_of(each)] = &each;
    const std::string group = expanded("${project.groupId}"), artifact = expanded("${project.artifactId}");
    if (artifact.empty()) return wrong_at({}, "a project without artifactId");
    SUPPLY_TRY(const std::size_t own,
               out_.add((group.empty() ? "" : group + ":") + artifact, fixed(expanded("${project.version}")),
                        Span{project_.line, project_.begin, project_.end}));
    out_.from_path(own, ".");
    out_[own].project = true;
    const xml::Element* list = project_.child("dependencies");
    if (list == nullptr) return {};
    for (const xml::Element& each : list->children)
      if (each.local_name() == "dependency") SUPPLY_TRY(add(each, own));
    return {};
  }

 private:
  Status add(const xml::Element& dependency, std::size_t own) {
    const std::string name = name_of(dependency), artifact = expanded(dependency.text_of("artifactId"));
    const Span span{dependency.line, dependency.begin, dependency.end};
    if (artifact.empty()) return wrong_at(span, "a dependency without artifactId");
    std::string_view version = dependency.text_of("version"), scope = dependency.text_of("scope"),
                     optional = dependency.text_of("optional");
    if (const auto managed = managed_.find(name); managed != managed_.end()) {
      if (version.empty()) version = managed->second->text_of("version");
      if (scope.empty()) scope = managed->second->text_of("scope");
    }
    const std::string wanted = expanded(version);
    std::map<std::string, std::string> qualifiers;
    qualifiers["classifier"] = expanded(dependency.text_of("classifier"));
    if (const std::string type = expanded(dependency.text_of("type")); type != "jar") qualifiers["type"] = type;
    SUPPLY_TRY(const std::size_t entry, out_.add(name, fixed(wanted), span, std::move(qualifiers)));
    if (fixed(wanted).empty()) out_[entry].range = wanted;
    if (scope == "system") out_.from_path(entry, dependency.text_of("systemPath"));
    else out_.from_registry(entry);
    out_[entry].scope = scope == "test"                             ? pkg::Scope::development
                        : scope == "provided" || optional == "true" ? pkg::Scope::optional
                                                                    : pkg::Scope::runtime;
    return out_.depend(own, entry);
  }

  // A version alone: a range, or what a property would say that is not known here, is none. Source: "Dependency Version
  // Requirement Specification"; "[1.0]" is exactly 1.0.
  static std::string fixed(const std::string& version) {
    if (version.size() > 2 && version.starts_with('[') && version.ends_with(']') &&
        version.find(',') == std::string::npos)
      return version.substr(1, version.size() - 2);
    return version.find_first_of("[(${") == std::string::npos ? version : std::string();
  }

  std::string name_of(const xml::Element& dependency) const {
    const std::string group = expanded(dependency.text_of("groupId"));
    return (group.empty() ? "" : group + ":") + expanded(dependency.text_of("artifactId"));
  }

  std::string expanded(std::string_view text) const {
    std::string out(text);
    std::size_t from = 0;
    for (int i = 0; i < kExpansions; ++i) {
      const std::size_t open = out.find("${", from), close = out.find('}', open);
      if (open == std::string::npos || close == std::string::npos) break;
      const auto property = properties_.find(out.substr(open + 2, close - open - 2));
      if (property == properties_.end() || property->second.size() > 256) {
        from = close;
        continue;
      }
      out.replace(open, close - open + 1, property->second);
      from = open;
    }
    return out;
  }

  const xml::Element& project_;
  LockBuilder& out_;
  std::map<std::string, std::string> properties_;
  std::map<std::string, const xml::Element*> managed_;
};

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const xml::Element project, xml::parse(text));
  if (project.local_name() != "project") return wrong_at({}, "the root is no project");
  LockBuilder out("maven");
  SUPPLY_TRY(Reader(project, out).read());
  // Maven asks repositories for that, each time it builds.
  if (out.size() > 1) out.unread({}, "what the dependencies of a pom.xml need in turn is in no file");
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& maven() {
  static const Format format = {"maven", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
