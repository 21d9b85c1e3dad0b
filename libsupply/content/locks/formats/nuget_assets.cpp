// obj/project.assets.json, in which `dotnet restore` writes what a project gets. Versions 2 to 4 of the format.
// Source: NuGet.Client, src/NuGet.Core/NuGet.ProjectModel/LockFile/LockFileFormat.cs.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "project.assets.json"; }

std::pair<std::string, std::string> parted(std::string_view key) {
  const std::size_t slash = key.find('/');
  return {std::string(key.substr(0, slash)),
          slash == std::string_view::npos ? std::string() : std::string(key.substr(slash + 1))};
}

Status add_edges(const json::Value& target, const std::map<std::string, std::size_t>& entries, LockBuilder& out) {
  std::map<std::string, std::size_t> here;  // each name once for a framework
  for (const auto& [key, library] : target.items())
    if (const auto entry = entries.find(to_lower(key)); entry != entries.end())
      here[to_lower(parted(key).first)] = entry->second;
  for (const auto& [key, library] : target.items()) {
    const auto from = here.find(to_lower(parted(key).first));
    if (from == here.end()) continue;
    for (const auto& [name, range] : members(library, "dependencies").items()) {
      SUPPLY_TRY(out.looked_up(name.size()));
      if (const auto to = here.find(to_lower(name)); to != here.end()) SUPPLY_TRY(out.depend(from->second, to->second));
    }
  }
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"libraries", "targets", "project"}); !status)
    return std::move(status).error();
  const json::Value& root = document.root();
  const json::Value* version = json::find(root, "version");
  if (version == nullptr || !version->is_number_integer()) return wrong_at({}, "no version of the format");
  if (*version < 2 || *version > 4) return unknown_version(version->dump());
  LockBuilder out("nuget");
  std::map<std::string, std::size_t> entries;
  for (const auto& [key, library] : members(root, "libraries").items()) {
    const auto [name, number] = parted(key);
    SUPPLY_TRY(const std::size_t entry, out.add(name, number, document.span_of(pointer_to("/libraries", key))));
    entries[to_lower(key)] = entry;
    if (text_in(library, "type") == "project") out.from_path(entry, text_in(library, "path"));
    else out.from_registry(entry);
    // Of the archive as it is downloaded, with its signature.
    out.integrity(entry, library.contains("sha512") ? "sha512-" + text_in(library, "sha512") : "");
  }
  for (const auto& [framework, target] : members(root, "targets").items()) SUPPLY_TRY(add_edges(target, entries, out));
  const std::string name = text_in(members(members(root, "project"), "restore"), "projectName");
  if (!name.empty()) {
    SUPPLY_TRY(const std::size_t own,
               out.add(name, text_in(members(root, "project"), "version"), document.span_of("/project")));
    out.from_path(own, ".");
    out[own].project = true;
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("<PackageReference") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"*.csproj", declares}, {"*.fsproj", declares}, {"*.vbproj", declares}};

}  // namespace

namespace formats {
const Format& nuget_assets() {
  static const Format format = {"nuget-assets", matches, read, kManifests, "obj"};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
