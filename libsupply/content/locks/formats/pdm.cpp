// pdm.lock, versions 3 and 4. Source: pdm-project.org, usage/lockfile; pdm, src/pdm/models/lockfile.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/manifests.hpp"
#include "libsupply/content/locks/internal/python_lock.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "pdm.lock"; }

pkg::Scope scope_of(const json::Value& package) {
  const json::Value& groups = elements(package, "groups");
  if (groups.empty()) return pkg::Scope::unknown;
  for (const json::Value& group : groups)
    if (group == "default") return pkg::Scope::runtime;
  return pkg::Scope::development;  // the lock does not tell extras from groups for development
}

Status say_source(LockBuilder& out, std::size_t entry, const json::Value& package) {
  if (const std::string git = text_in(package, "git"); !git.empty()) {
    const std::string commit = text_in(package, "revision");
    return out.from_git(entry, git, commit.empty() ? text_in(package, "ref") : commit);
  }
  if (const std::string url = text_in(package, "url"); !url.empty()) return out.from_url(entry, url);
  if (const std::string path = text_in(package, "path"); !path.empty()) out.from_path(entry, path);
  else out.from_registry(entry);
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_toml(text));
  if (Status status = document.check_arrays({"package"}); !status) return std::move(status).error();
  const std::string version = text_in(members(document.root(), "metadata"), "lock_version");
  if (version.empty()) return wrong_at(document.span_of("/metadata"), "no lock_version");
  if (!version.starts_with("3") && !version.starts_with("4.")) return unknown_version(version);
  LockBuilder out("pypi");
  PythonPackages packages(out);
  std::vector<std::size_t> entries;
  std::map<std::pair<std::string, std::string>, std::size_t> known;
  const json::Value& list = elements(document.root(), "package");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Span span = document.span_of("/package/" + std::to_string(i));
    SUPPLY_TRY(const std::string name, required_name(list[i], span));
    const std::string of_package = text_in(list[i], "version");
    // With extras it is listed once more.
    const auto same = known.find({python_name(name), of_package});
    if (same != known.end()) {
      entries.push_back(same->second);
      continue;
    }
    SUPPLY_TRY(const std::size_t entry, out.add(name, of_package, span));
    known[{python_name(name), of_package}] = entry;
    entries.push_back(entry);
    packages.add(entry);
    out[entry].scope = scope_of(list[i]);
    SUPPLY_TRY(say_source(out, entry, list[i]));
    SUPPLY_TRY(add_file_hashes(out, entry, elements(list[i], "files")));
  }
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const json::Value& wanted : elements(list[i], "dependencies"))
      if (wanted.is_string())
        SUPPLY_TRY(packages.depend(entries[i], python_requirement_name(wanted.get<std::string>())));
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& pdm() {
  static const Format format = {"pdm", matches, read, python_manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
