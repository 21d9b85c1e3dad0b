// packages.lock.json of NuGet, versions 1 and 2. Source: learn.microsoft.com/nuget, "Locking dependencies".
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return name == "packages.lock.json" || (name.starts_with("packages.") && name.ends_with(".lock.json"));
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"dependencies"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "version");
  if (version == nullptr) return wrong_at({}, "no version of the format");
  if (*version != 1 && *version != 2) return unknown_version(version->dump());
  LockBuilder out("nuget");
  std::map<std::pair<std::string, std::string>, std::size_t> known;  // the same for several frameworks
  for (const auto& [framework, packages] : members(document.root(), "dependencies").items()) {
    if (!packages.is_object())
      return wrong_at(document.span_of(pointer_to("/dependencies", framework)),
                      "framework " + quote(framework) + " is no object");
    std::map<std::string, std::size_t> here;
    for (const auto& [name, package] : packages.items()) {
      SUPPLY_TRY(out.looked_up(framework.size() + name.size()));
      const Span span = document.span_of(pointer_to(pointer_to("/dependencies", framework), name));
      const std::string resolved = text_in(package, "resolved");
      const auto same = known.find({to_lower(name), resolved});
      if (same != known.end()) {
        here[to_lower(name)] = same->second;
        continue;
      }
      SUPPLY_TRY(const std::size_t entry, out.add(name, resolved, span));
      here[to_lower(name)] = known[{to_lower(name), resolved}] = entry;
      if (to_lower(text_in(package, "type")) == "project") out.from_path(entry, "");
      else out.from_registry(entry);
      // Of the archive's content without its signature: no hash of a file that anybody has.
      out.other_hash(entry, "nuget", text_in(package, "contentHash"));
    }
    for (const auto& [name, package] : packages.items())
      for (const auto& [wanted, range] : members(package, "dependencies").items())
        if (const auto to = here.find(to_lower(wanted)); to != here.end())
          SUPPLY_TRY(out.depend(here.at(to_lower(name)), to->second));
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("<PackageReference") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"*.csproj", declares}, {"*.fsproj", declares}, {"*.vbproj", declares}};

}  // namespace

namespace formats {
const Format& nuget() {
  static const Format format = {"nuget", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
