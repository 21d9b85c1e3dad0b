// Pipfile.lock, version 6. Source: github.com/pypa/pipfile; pipenv.pypa.io.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/python_lock.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "Pipfile.lock"; }

Status say_source(LockBuilder& out, std::size_t entry, const json::Value& package) {
  if (const std::string git = text_in(package, "git"); !git.empty())
    return out.from_git(entry, git, text_in(package, "ref"));
  const std::string file = text_in(package, "file"), path = text_in(package, "path");
  if (file.find("://") != std::string::npos && !file.starts_with("file:")) return out.from_url(entry, file);
  if (!file.empty() || !path.empty()) out.from_path(entry, file.empty() ? path : file);
  else out.from_registry(entry);
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  const json::Value* version = json::find(members(document.root(), "_meta"), "pipfile-spec");
  if (version == nullptr) return wrong_at(document.span_of("/_meta"), "no pipfile-spec");
  if (*version != 6) return unknown_version(version->dump());
  LockBuilder out("pypi");
  for (const auto& [category, packages] : document.root().items()) {
    if (category == "_meta") continue;
    if (!packages.is_object())
      return wrong_at(document.span_of(pointer_to("", category)), "category " + quote(category) + " is no object");
    for (const auto& [name, package] : packages.items()) {
      const Span span = document.span_of(pointer_to(pointer_to("", category), name));
      if (!package.is_object()) return wrong_at(span, "package " + name + " is no object");
      std::string wanted = text_in(package, "version");
      const bool fixed = wanted.starts_with("==");
      SUPPLY_TRY(const std::size_t entry,
                 out.add(name, fixed ? wanted.substr(wanted.find_first_not_of('=')) : "", span));
      if (!fixed) out[entry].range = wanted;
      out[entry].scope = category == "default" ? pkg::Scope::runtime : pkg::Scope::development;
      SUPPLY_TRY(say_source(out, entry, package));
      for (const json::Value& hash : elements(package, "hashes"))
        if (hash.is_string()) out.hash(entry, hash.get<std::string>());
    }
  }
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"Pipfile"}};

}  // namespace

namespace formats {
const Format& pipfile() {
  static const Format format = {"pipfile", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
