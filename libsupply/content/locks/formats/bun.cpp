// bun.lock, JSON with comments, versions 0 to 2; bun.lockb, the older binary form, is not read.
// Source: bun.sh/docs/pm/lockfile; oven-sh/bun, src/install/lockfile/bun.lock.zig.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/manifests.hpp"
#include "libsupply/content/locks/internal/npm_source.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "bun.lock" || base_name(path) == "bun.lockb"; }

using Entries = std::map<std::string, std::size_t>;

// "a/b/c": the nearest c that b in a sees, as node resolves.
Result<std::optional<std::size_t>> find(const Entries& entries, std::string from, const std::string& name,
                                        LockBuilder& out) {
  for (;;) {
    SUPPLY_TRY(out.looked_up(from.size() + name.size()));
    const auto entry = entries.find(from.empty() ? name : from + "/" + name);
    if (entry != entries.end()) return std::optional(entry->second);
    if (from.empty()) return std::optional<std::size_t>();
    const std::size_t slash = from.rfind('/');
    from = slash == std::string::npos ? std::string() : from.substr(0, slash);
    if (const std::size_t last = from.rfind('/');
        from.substr(last == std::string::npos ? 0 : last + 1).starts_with('@'))
      from = last == std::string::npos ? std::string() : from.substr(0, last);  // a scope alone is no package
  }
}

// [name@version, registry, {dependencies}, integrity]; git: [name@address, {dependencies}, commit]; path: [name@path,
// {…}].
Status add(const std::string& key, const json::Value& value, const json::Value& workspaces, const Span& span,
           LockBuilder& out, Entries& entries) {
  if (!value.is_array() || value.empty() || !value[0].is_string())
    return wrong_at(span, "package " + quote(key) + " is no list that begins with a text");
  const auto [name, reference] = npm_name_and_range(value[0].get<std::string>());
  const bool address = reference.find(':') != std::string::npos;
  std::string version = address ? std::string() : reference;
  if (reference.starts_with("workspace:")) version = text_in(members(workspaces, reference.substr(10)), "version");
  SUPPLY_TRY(const std::size_t entry, out.add(name, version, span));
  entries[key] = entry;
  if (address) return say_npm_source(out, entry, reference);
  out.from_registry(entry, value.size() > 1 && value[1].is_string() ? value[1].get<std::string>() : std::string());
  if (value.size() > 3 && value[3].is_string()) out.integrity(entry, value[3].get<std::string>());
  return {};
}

Result<LockFile> read(std::string_view text) {
  if (text.starts_with("#!/usr/bin/env bun"))
    return Error(ErrorCode::unsupported, "the binary form; `bun install --save-text-lockfile` writes bun.lock");
  SUPPLY_TRY(const Document document, Document::from_jsonc(text));
  if (Status status = document.check_objects({"packages", "workspaces"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "lockfileVersion");
  if (version == nullptr || !version->is_number_integer()) return wrong_at({}, "no lockfileVersion");
  if (version->get<std::int64_t>() < 0 || version->get<std::int64_t>() > 2) return unknown_version(version->dump());
  LockBuilder out("npm");
  Entries entries;
  const json::Value& packages = members(document.root(), "packages");
  for (const auto& [key, value] : packages.items())
    SUPPLY_TRY(add(key, value, members(document.root(), "workspaces"), document.span_of(pointer_to("/packages", key)),
                   out, entries));
  for (const auto& [key, value] : packages.items())
    for (const json::Value& part : value) {
      if (!part.is_object()) continue;
      for (const char* kind : {"dependencies", "optionalDependencies", "peerDependencies"})
        for (const auto& [name, range] : members(part, kind).items()) {
          SUPPLY_TRY(const auto to, find(entries, key, name, out));
          if (to) SUPPLY_TRY(out.depend(entries.at(key), *to));
        }
    }
  std::vector<std::pair<std::size_t, pkg::Scope>> roots;
  for (const auto& [path, workspace] : members(document.root(), "workspaces").items())
    for (const auto& [kind, scope] : {std::pair("dependencies", pkg::Scope::runtime),
                                      {"peerDependencies", pkg::Scope::runtime},
                                      {"optionalDependencies", pkg::Scope::optional},
                                      {"devDependencies", pkg::Scope::development}})
      for (const auto& [name, range] : members(workspace, kind).items()) {
        SUPPLY_TRY(const auto entry, find(entries, text_in(workspace, "name"), name, out));
        if (entry) roots.emplace_back(*entry, scope);
      }
  out.spread_scopes(roots);
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& bun() {
  static const Format format = {"bun", matches, read, javascript_manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
