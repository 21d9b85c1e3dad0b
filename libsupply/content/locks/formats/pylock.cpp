// pylock.toml and pylock.NAME.toml, version 1.x. Source: packaging.python.org, "pylock.toml Specification" (PEP 751).
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/manifests.hpp"
#include "libsupply/content/locks/internal/python_lock.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  if (name == "pylock.toml") return true;
  return name.starts_with("pylock.") && name.ends_with(".toml") && name.size() > 12 &&
         name.substr(7, name.size() - 12).find('.') == std::string_view::npos;
}

Status add_hashes(LockBuilder& out, std::size_t entry, const json::Value& file) {
  for (const auto& [algorithm, digits] : members(file, "hashes").items())
    if (digits.is_string()) {
      // hashlib knows others too: what is no hash of a known form is kept as it is.
      if (!out.take_hash(entry, algorithm, digits.get<std::string>()))
        out.other_hash(entry, algorithm, digits.get<std::string>());
    }
  return {};
}

Status say_source(LockBuilder& out, std::size_t entry, const json::Value& package) {
  const json::Value &vcs = members(package, "vcs"), &archive = members(package, "archive"),
                    &directory = members(package, "directory");
  if (!vcs.empty()) {
    const std::string url = text_in(vcs, "url");
    return out.from_git(entry, url.empty() ? text_in(vcs, "path") : url, text_in(vcs, "commit-id"));
  }
  if (!archive.empty()) {
    SUPPLY_TRY(add_hashes(out, entry, archive));
    if (const std::string url = text_in(archive, "url"); !url.empty()) return out.from_url(entry, url);
    out.from_path(entry, text_in(archive, "path"));
  } else if (!directory.empty()) {
    out.from_path(entry, text_in(directory, "path"));
  } else {
    out.from_registry(entry, text_in(package, "index"));
  }
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_toml(text));
  if (Status status = document.check_arrays({"packages"}); !status) return std::move(status).error();
  const std::string version = text_in(document.root(), "lock-version");
  if (version.empty()) return wrong_at({}, "no lock-version");
  if (!version.starts_with("1.")) return unknown_version(version);
  LockBuilder out("pypi");
  PythonPackages packages(out);
  const json::Value& list = elements(document.root(), "packages");
  for (std::size_t i = 0; i < list.size(); ++i) {
    SUPPLY_TRY(const std::size_t entry, packages.add(document, "/packages", i, list[i]));
    SUPPLY_TRY(say_source(out, entry, list[i]));
    SUPPLY_TRY(add_hashes(out, entry, members(list[i], "sdist")));
    for (const json::Value& wheel : elements(list[i], "wheels")) SUPPLY_TRY(add_hashes(out, entry, wheel));
  }
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const json::Value& wanted : elements(list[i], "dependencies"))
      SUPPLY_TRY(packages.depend(i, text_in(wanted, "name"), text_in(wanted, "version")));
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& pylock() {
  static const Format format = {"pylock", matches, read, python_manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
