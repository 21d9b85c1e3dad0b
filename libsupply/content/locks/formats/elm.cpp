// elm.json of an application, in which each version is fixed; that of a package has ranges.
// Source: elm/compiler, docs/elm.json/application.md and package.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "elm.json"; }

// "author/name": what the purl's namespace and name are.
Status add(const std::string& name, const json::Value& version, const Span& span, pkg::Scope scope, LockBuilder& out) {
  if (!version.is_string()) return wrong_at(span, "package " + name + " has no version");
  const auto text = version.get<std::string>();
  const bool fixed = text.find_first_of(" <=") == std::string::npos;
  SUPPLY_TRY(const std::size_t entry, out.add(name, fixed ? text : std::string(), span));
  if (!fixed) out[entry].range = text;
  const std::size_t slash = name.find('/');
  if (slash != std::string::npos) SUPPLY_TRY(out.say_type(entry, "elm", name.substr(0, slash), name.substr(slash + 1)));
  out.from_registry(entry);
  out[entry].scope = scope;
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"dependencies", "test-dependencies"}); !status)
    return std::move(status).error();
  const std::string type = text_in(document.root(), "type");
  if (type != "application" && type != "package") return wrong_at({}, "neither an application nor a package");
  LockBuilder out("elm");
  for (const auto& [kind, scope] : {std::pair<std::string, pkg::Scope>("dependencies", pkg::Scope::runtime),
                                    {"test-dependencies", pkg::Scope::development}}) {
    const json::Value& list = members(document.root(), kind);
    if (type == "package") {
      for (const auto& [name, range] : list.items())
        SUPPLY_TRY(add(name, range, document.span_of(pointer_to("/" + kind, name)), scope, out));
      continue;
    }
    for (const char* how : {"direct", "indirect"})
      for (const auto& [name, version] : members(list, how).items())
        SUPPLY_TRY(add(name, version, document.span_of(pointer_to("/" + kind, how)), scope, out));
  }
  if (type == "package" && out.size() > 0) out.unread({1, 0, 0}, "the elm.json of a package fixes no versions");
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& elm() {
  static const Format format = {"elm", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
