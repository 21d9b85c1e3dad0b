// renv.lock. Source: rstudio.github.io/renv, "Lockfiles".
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "renv.lock"; }

Status say_source(LockBuilder& out, std::size_t entry, const json::Value& package) {
  const std::string source = text_in(package, "Source"), owner = text_in(package, "RemoteUsername"),
                    repository = text_in(package, "RemoteRepo"), url = text_in(package, "RemoteUrl");
  if (source == "GitHub" || source == "GitLab" || source == "Bitbucket")
    return out.from_git(entry,
                        "https://" + (source == "Bitbucket" ? "bitbucket.org" : to_lower(source) + ".com") + "/" +
                            owner + "/" + repository,
                        text_in(package, "RemoteSha"));
  if (source == "git" || source == "Git") return out.from_git(entry, url, text_in(package, "RemoteSha"));
  if (source == "URL") return out.from_url(entry, url);
  if (source == "Local") out.from_path(entry, url);
  else out.from_registry(entry, text_in(package, "Repository"));
  return {};
}

// Names in "Depends", "Imports" and "LinkingTo" are "R (>= 4.1)", in "Requirements" plain.
std::string name_in(std::string_view text) { return std::string(trim(text.substr(0, text.find_first_of(" (")))); }

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"Packages"}); !status) return std::move(status).error();
  const json::Value& packages = members(document.root(), "Packages");
  if (json::find(document.root(), "Packages") == nullptr) return wrong_at({}, "no Packages");
  LockBuilder out("cran");
  std::map<std::string, std::size_t> by_name;
  for (const auto& [key, package] : packages.items()) {
    const Span span = document.span_of(pointer_to("/Packages", key));
    const std::string name = text_in(package, "Package");
    SUPPLY_TRY(const std::size_t entry, out.add(name.empty() ? key : name, text_in(package, "Version"), span));
    by_name[key] = entry;
    SUPPLY_TRY(say_source(out, entry, package));
    out.other_hash(entry, "renv", text_in(package, "Hash"));
  }
  for (const auto& [key, package] : packages.items())
    for (const char* kind : {"Requirements", "Depends", "Imports", "LinkingTo"})
      for (const json::Value& wanted : elements(package, kind))
        if (wanted.is_string())
          if (const auto to = by_name.find(name_in(wanted.get<std::string>())); to != by_name.end())
            SUPPLY_TRY(out.depend(by_name.at(key), to->second));
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& renv() {
  static const Format format = {"renv", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
