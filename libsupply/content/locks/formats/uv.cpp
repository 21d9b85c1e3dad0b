// uv.lock, version 1. Source: docs.astral.sh/uv, "Lockfile"; uv, crates/uv-resolver/src/lock.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/manifests.hpp"
#include "libsupply/content/locks/internal/python_lock.hpp"

namespace supply::locks {
namespace {

// "script.py.lock" is that of one script.
bool matches(std::string_view path) {
  return base_name(path) == "uv.lock" || (base_name(path).ends_with(".py.lock") && base_name(path).size() > 8);
}

Status say_source(LockBuilder& out, std::size_t entry, const json::Value& source) {
  if (const std::string git = text_in(source, "git"); !git.empty()) {
    const std::size_t mark = git.find('#');
    return out.from_git(entry, git.substr(0, git.find_first_of("?#")),
                        mark == std::string::npos ? std::string() : git.substr(mark + 1));
  }
  if (const std::string url = text_in(source, "url"); !url.empty()) return out.from_url(entry, url);
  for (const char* kind : {"path", "directory", "editable", "virtual"})
    if (const std::string path = text_in(source, kind); !path.empty()) {
      out.from_path(entry, path);
      out[entry].project = path == ".";
      return {};
    }
  out.from_registry(entry, text_in(source, "registry"));
  return {};
}

Status connect(const json::Value& list, std::size_t from, const PythonPackages& packages, pkg::Scope scope,
               std::vector<std::pair<std::size_t, pkg::Scope>>* roots) {
  for (const json::Value& wanted : list)
    for (const std::size_t to : packages.named(text_in(wanted, "name"), text_in(wanted, "version"))) {
      if (roots != nullptr) roots->emplace_back(to, scope);
      SUPPLY_TRY(packages.depend(from, text_in(wanted, "name"), text_in(wanted, "version")));
    }
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_toml(text));
  if (Status status = document.check_arrays({"package"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "version");
  if (version == nullptr) return wrong_at({}, "no version of the format");
  if (*version != 1) return unknown_version(version->dump());
  LockBuilder out("pypi");
  PythonPackages packages(out);
  const json::Value& list = elements(document.root(), "package");
  for (std::size_t i = 0; i < list.size(); ++i) {
    SUPPLY_TRY(const std::size_t entry, packages.add(document, "/package", i, list[i]));
    SUPPLY_TRY(say_source(out, entry, members(list[i], "source")));
    if (const std::string hash = text_in(members(list[i], "sdist"), "hash"); !hash.empty()) out.hash(entry, hash);
    SUPPLY_TRY(add_file_hashes(out, entry, elements(list[i], "wheels")));
  }
  std::vector<std::pair<std::size_t, pkg::Scope>> roots;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const json::Value& source = members(list[i], "source");
    auto* const of_project = source.contains("virtual") || source.contains("editable") ? &roots : nullptr;
    SUPPLY_TRY(connect(elements(list[i], "dependencies"), i, packages, pkg::Scope::runtime, of_project));
    for (const auto& [extra, wanted] : members(list[i], "optional-dependencies").items())
      SUPPLY_TRY(connect(wanted, i, packages, pkg::Scope::optional, of_project));
    for (const auto& [group, wanted] : members(list[i], "dev-dependencies").items())
      SUPPLY_TRY(connect(wanted, i, packages, pkg::Scope::development, of_project));
  }
  out.spread_scopes(roots);
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& uv() {
  static const Format format = {"uv", matches, read, python_manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
