// spago.lock of PureScript: the packages, and what each package of the workspace builds of them.
// Source: purescript/spago, README, "The lock file"; core/src/Config.purs, src/Spago/Lock.purs.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "spago.lock"; }

using ByName = std::map<std::string, std::size_t>;

Status add(const std::string& name, const json::Value& package, const Span& span, ByName& by_name, LockBuilder& out) {
  const std::string type = text_in(package, "type"), rev = text_in(package, "rev");
  SUPPLY_TRY(const std::size_t entry, out.add(name, type == "git" ? rev : text_in(package, "version"), span));
  by_name.emplace(name, entry);
  if (type == "git") return out.from_git(entry, text_in(package, "url"), rev);
  if (type == "local") {
    out.from_path(entry, text_in(package, "path"));
  } else if (type == "registry") {
    out.from_registry(entry);
    out.integrity(entry, text_in(package, "integrity"));
  } else {
    out.unread(span, "package " + name + " is of a type that is not read: \"" + type + "\"");
  }
  return {};
}

// "NAME", or a map of NAME to a range.
Status depend(std::size_t from, const json::Value& wanted, const ByName& by_name, LockBuilder& out) {
  const auto on = [&](const std::string& name) -> Status {
    const auto to = by_name.find(name);
    return to == by_name.end() ? Status() : out.depend(from, to->second);
  };
  if (wanted.is_string()) return on(wanted.get<std::string>());
  if (wanted.is_object())
    for (const auto& [name, range] : wanted.items()) SUPPLY_TRY(on(name));
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  if (Status status = document.check_objects({"workspace", "packages"}); !status) return std::move(status).error();
  if (!document.root().contains("workspace")) return unknown_version("without a workspace");
  LockBuilder out("generic");
  ByName by_name;
  const json::Value& packages = members(document.root(), "packages");
  for (const auto& [name, package] : packages.items())
    SUPPLY_TRY(add(name, package, document.span_of(pointer_to("/packages", name)), by_name, out));
  std::vector<std::pair<std::size_t, pkg::Scope>> roots;
  for (const auto& [name, member] : members(members(document.root(), "workspace"), "packages").items()) {
    SUPPLY_TRY(const std::size_t entry, out.add(name, "", document.span_of(pointer_to("/workspace/packages", name))));
    const std::string path = text_in(member, "path");
    out[entry].project = path == "./" || path == ".";
    if (!out[entry].project) out.from_path(entry, path);
    by_name.emplace(name, entry);
    roots.emplace_back(entry, pkg::Scope::runtime);
    for (const json::Value& wanted : elements(members(member, "core"), "dependencies"))
      SUPPLY_TRY(depend(entry, wanted, by_name, out));
    for (const json::Value& built : elements(members(member, "test"), "build_plan"))
      if (const auto to = built.is_string() ? by_name.find(built.get<std::string>()) : by_name.end();
          to != by_name.end())
        roots.emplace_back(to->second, pkg::Scope::development);
  }
  for (const auto& [name, package] : packages.items())
    for (const json::Value& wanted : elements(package, "dependencies"))
      SUPPLY_TRY(depend(by_name.at(name), wanted, by_name, out));
  out.spread_scopes(roots);
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("dependencies:") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"spago.yaml", declares}};

}  // namespace

namespace formats {
const Format& spago() {
  static const Format format = {"spago", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
