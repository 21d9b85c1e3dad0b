// poetry.lock, versions 1.0 to 2.1. Source: python-poetry.org; poetry, src/poetry/packages/locker.py.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/manifests.hpp"
#include "libsupply/content/locks/internal/python_lock.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "poetry.lock"; }

pkg::Scope scope_of(const json::Value& package) {
  const json::Value* optional = json::find(package, "optional");
  const bool is_optional = optional != nullptr && optional->is_boolean() && optional->get<bool>();
  const json::Value& groups = elements(package, "groups");
  const std::string category = text_in(package, "category");
  bool main = category == "main";
  for (const json::Value& group : groups) main = main || group == "main";
  if (groups.empty() && category.empty()) return is_optional ? pkg::Scope::optional : pkg::Scope::unknown;
  return !main ? pkg::Scope::development : is_optional ? pkg::Scope::optional : pkg::Scope::runtime;
}

Status say_source(LockBuilder& out, std::size_t entry, const json::Value& source) {
  const std::string type = text_in(source, "type"), url = text_in(source, "url");
  if (type == "git") {
    const std::string commit = text_in(source, "resolved_reference");
    return out.from_git(entry, url, commit.empty() ? text_in(source, "reference") : commit);
  }
  if (type == "url") return out.from_url(entry, url);
  if (type == "directory" || type == "file") out.from_path(entry, url);
  else out.from_registry(entry, url);
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_toml(text));
  if (Status status = document.check_arrays({"package"}); !status) return std::move(status).error();
  const json::Value& metadata = members(document.root(), "metadata");
  const std::string version = text_in(metadata, "lock-version");
  if (!version.starts_with("1.") && !version.starts_with("2.") && !(version.empty() && !metadata.empty()))
    return version.empty() ? wrong_at(document.span_of("/metadata"), "no lock-version") : unknown_version(version);
  LockBuilder out("pypi");
  PythonPackages packages(out);
  const json::Value& list = elements(document.root(), "package");
  for (std::size_t i = 0; i < list.size(); ++i) {
    SUPPLY_TRY(const std::size_t entry, packages.add(document, "/package", i, list[i]));
    out[entry].scope = scope_of(list[i]);
    SUPPLY_TRY(say_source(out, entry, members(list[i], "source")));
    SUPPLY_TRY(add_file_hashes(out, entry, elements(list[i], "files")));
    const json::Value& files = members(metadata, "files");  // of version 1
    for (const std::string& key : {text_in(list[i], "name"), out[entry].name})
      SUPPLY_TRY(add_file_hashes(out, entry, elements(files, key)));
  }
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const auto& [name, wanted] : members(list[i], "dependencies").items()) SUPPLY_TRY(packages.depend(i, name));
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& poetry() {
  static const Format format = {"poetry", matches, read, python_manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
