// packages.config of NuGet, which lists all packages of a project, with what they need in turn.
// Source: learn.microsoft.com/nuget, "packages.config reference".
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/xml/xml.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

// packages.config, and packages.PROJECT.config where several projects share a directory.
bool matches(std::string_view path) {
  const std::string name = to_lower(base_name(path));
  return name.starts_with("packages.") && name.ends_with(".config");
}

std::string attribute(const xml::Element& element, std::string_view name) {
  for (const auto& [key, value] : element.attributes)
    if (key == name) return value;
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const xml::Element root, xml::parse(text));
  if (root.local_name() != "packages") return wrong_at({}, "the root is not packages");
  LockBuilder out("nuget");
  for (const xml::Element& each : root.children) {
    if (each.local_name() != "package") continue;
    const Span span{each.line, each.begin, each.end};
    SUPPLY_TRY(const std::size_t entry, out.add(attribute(each, "id"), attribute(each, "version"), span));
    out.from_registry(entry);
    if (to_lower(attribute(each, "developmentDependency")) == "true") out[entry].scope = pkg::Scope::development;
  }
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& packages_config() {
  static const Format format = {"packages-config", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
