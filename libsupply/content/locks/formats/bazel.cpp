// MODULE.bazel.lock. Until Bazel 7.1 it has the graph of modules; since, the files of the registries that were read:
// MODULE.bazel of every version that was looked at, source.json of those that were chosen.
// Source: bazel.build, "Bazel Lockfile"; purl-spec, types/bazel-definition.json.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

constexpr std::string_view kCentralRegistry = "https://bcr.bazel.build";

bool matches(std::string_view path) { return base_name(path) == "MODULE.bazel.lock"; }

Status read_graph(const Document& document, LockBuilder& out) {
  std::map<std::string, std::size_t> by_key;
  const json::Value& graph = members(document.root(), "moduleDepGraph");
  for (const auto& [key, module] : graph.items()) {
    const Span span = document.span_of(pointer_to("/moduleDepGraph", key));
    const std::string name = text_in(module, "name"), version = text_in(module, "version");
    const bool is_root = key == "<root>";
    // "bazel_tools@_" and its like are of Bazel itself.
    if (key.ends_with("@_") && version.empty() && !module.contains("repoSpec")) continue;
    if (is_root && name.empty()) continue;
    SUPPLY_TRY(const std::size_t entry, out.add(name, version, span));
    by_key.emplace(key, entry);
    out[entry].project = is_root;
    if (is_root) continue;
    const json::Value& attributes = members(members(module, "repoSpec"), "attributes");
    out.integrity(entry, text_in(attributes, "integrity"));
    if (const std::string path = text_in(attributes, "path"); !path.empty()) out.from_path(entry, path);
    else if (const std::string remote = text_in(attributes, "remote"); !remote.empty())
      SUPPLY_TRY(out.from_git(entry, remote, text_in(attributes, "commit")));
    else out.from_registry(entry);
  }
  for (const auto& [key, module] : graph.items()) {
    const auto from = by_key.find(key);
    if (from == by_key.end()) continue;
    for (const auto& [repository, target] : members(module, "deps").items()) {
      if (!target.is_string()) continue;
      const auto to = by_key.find(target.get<std::string>());
      if (to != by_key.end()) SUPPLY_TRY(out.depend(from->second, to->second));
    }
  }
  return {};
}

// "REGISTRY/modules/NAME/VERSION/FILE": the hash of a file, or null where the registry has none.
Status read_registry_files(const Document& document, LockBuilder& out) {
  bool looked = false;
  for (const auto& [address, hash] : members(document.root(), "registryFileHashes").items()) {
    const std::size_t at = address.rfind("/modules/");
    if (at == std::string::npos || !hash.is_string()) continue;
    constexpr std::string_view kModules = "/modules/";
    const auto parts = split(std::string_view(address).substr(at + kModules.size()), '/');
    if (parts.size() != 3) continue;
    looked = true;
    if (parts[2] != "source.json") continue;
    const Span span = document.span_of(pointer_to("/registryFileHashes", address));
    SUPPLY_TRY(const std::size_t entry, out.add(parts[0], parts[1], span));
    const std::string registry = address.substr(0, at);
    out.from_registry(entry, registry);
    if (registry != kCentralRegistry) SUPPLY_TRY(out.qualify(entry, "repository_url", out[entry].resolved));
    // Of the file that has the address and the hash of the module's archive.
    out.other_hash(entry, "source.json", hash.get<std::string>());
  }
  if (looked && out.size() == 0) out.unread({1, 0, 0}, "it does not say which versions of modules were chosen");
  return {};
}

// What rules for other ecosystems fetch: "crates", "maven", "pip".
void look_at_extensions(const Document& document, LockBuilder& out) {
  for (const auto& [name, evaluations] : members(document.root(), "moduleExtensions").items())
    for (const auto& [platform, evaluation] : evaluations.items())
      if (!members(evaluation, "generatedRepoSpecs").empty()) {
        out.unread(document.span_of(pointer_to("/moduleExtensions", name)),
                   "the repositories that the module extension " + quote(name) + " fetches are not read");
        break;
      }
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"moduleDepGraph", "registryFileHashes", "moduleExtensions"}); !status)
    return std::move(status).error();
  const json::Value* version = json::find(document.root(), "lockFileVersion");
  if (version == nullptr || !version->is_number_integer()) return wrong_at({}, "no version of the format");
  LockBuilder out("bazel");
  if (document.root().contains("moduleDepGraph") && !document.root().contains("registryFileHashes")) {
    SUPPLY_TRY(read_graph(document, out));
  } else if (document.root().contains("registryFileHashes")) {
    SUPPLY_TRY(read_registry_files(document, out));
  } else {
    return unknown_version(version->dump());
  }
  look_at_extensions(document, out);
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("bazel_dep(") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"MODULE.bazel", declares}};

}  // namespace

namespace formats {
const Format& bazel() {
  static const Format format = {"bazel", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
