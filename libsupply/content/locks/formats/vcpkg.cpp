// vcpkg.json, a manifest: the ports that it asks for, with the versions that its overrides fix. All other versions come
// from the baseline, a commit of a registry that is not here. Source: learn.microsoft.com/vcpkg, "vcpkg.json
// reference".
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "vcpkg.json"; }

std::string version_in(const json::Value& object) {
  for (const char* key : {"version", "version-semver", "version-date", "version-string"})
    if (std::string version = text_in(object, key); !version.empty()) return version;
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_arrays({"dependencies", "overrides"}); !status) return std::move(status).error();
  if (Status status = document.check_objects({"features"}); !status) return std::move(status).error();
  const json::Value& root = document.root();
  std::map<std::string, std::string> fixed;
  for (const json::Value& one : elements(root, "overrides")) fixed[text_in(one, "name")] = version_in(one);
  LockBuilder out("vcpkg");
  const auto add = [&](const json::Value& wanted, const Span& span, pkg::Scope scope) -> Status {
    const std::string name = wanted.is_string() ? wanted.get<std::string>() : text_in(wanted, "name");
    const json::Value* host = json::find(wanted, "host");
    SUPPLY_TRY(const std::size_t entry, out.add(name, fixed[name], span));
    out.from_registry(entry);
    out[entry].range = out[entry].version.empty() ? text_in(wanted, "version>=") : std::string();
    out[entry].scope = host != nullptr && *host == true ? pkg::Scope::development : scope;
    return {};
  };
  const json::Value& list = elements(root, "dependencies");
  for (std::size_t i = 0; i < list.size(); ++i)
    SUPPLY_TRY(add(list[i], document.span_of("/dependencies/" + std::to_string(i)), pkg::Scope::runtime));
  for (const auto& [feature, value] : members(root, "features").items())
    for (const json::Value& wanted : elements(value, "dependencies"))
      SUPPLY_TRY(add(wanted, document.span_of(pointer_to("/features", feature)), pkg::Scope::optional));
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& vcpkg() {
  static const Format format = {"vcpkg", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
