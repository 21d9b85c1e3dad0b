// nimble.lock of Nim, versions 1 and 2. Source: nimble, README, "nimble lock"; src/nimblepkg/lockfile.nim.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "nimble.lock"; }

// The checksum is of the files of a package, which nimble adds up itself: of no file that is downloaded.
Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"packages", "tasks"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "version");
  if (version == nullptr) return wrong_at({}, "no version of the format");
  if (*version != 1 && *version != 2) return unknown_version(version->dump());
  LockBuilder out("generic");
  std::map<std::string, std::size_t> by_name;
  const json::Value& packages = members(document.root(), "packages");
  for (const auto& [name, package] : packages.items()) {
    const Span span = document.span_of(pointer_to("/packages", name));
    SUPPLY_TRY(const std::size_t entry, out.add(name, text_in(package, "version"), span));
    by_name[name] = entry;
    if (const std::string url = text_in(package, "url"); !url.empty())
      SUPPLY_TRY(out.from_git(entry, url, text_in(package, "vcsRevision")));
    out.other_hash(entry, "nimble", text_in(members(package, "checksums"), "sha1"));
    out[entry].scope = pkg::Scope::runtime;
  }
  for (const auto& [task, list] : members(document.root(), "tasks").items())
    for (const auto& [name, package] : list.items()) {
      if (by_name.contains(name)) continue;
      SUPPLY_TRY(const std::size_t entry,
                 out.add(name, text_in(package, "version"), document.span_of(pointer_to("/tasks", task))));
      if (const std::string url = text_in(package, "url"); !url.empty())
        SUPPLY_TRY(out.from_git(entry, url, text_in(package, "vcsRevision")));
      out[entry].scope = pkg::Scope::development;
    }
  for (const auto& [name, package] : packages.items())
    for (const json::Value& wanted : elements(package, "dependencies"))
      if (wanted.is_string())
        if (const auto to = by_name.find(wanted.get<std::string>()); to != by_name.end())
          SUPPLY_TRY(out.depend(by_name.at(name), to->second));
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("requires") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"*.nimble", declares}};

}  // namespace

namespace formats {
const Format& nimble() {
  static const Format format = {"nimble", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
