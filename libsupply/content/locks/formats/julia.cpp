// Manifest.toml of Julia, formats 1.0 to 2.1. Source: pkgdocs.julialang.org, "Project.toml and Manifest.toml"; Pkg,
// src/manifest.jl; purl-spec, types/julia-definition.json.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

// Manifest.toml, Manifest-v1.11.toml, and the names that count more.
bool matches(std::string_view path) {
  std::string_view name = base_name(path);
  if (name.starts_with("Julia")) name.remove_prefix(5);
  return name == "Manifest.toml" || (name.starts_with("Manifest-v") && name.ends_with(".toml"));
}

class Reader {
 public:
  Reader(const Document& document, LockBuilder& out) : document_(document), out_(out) {}

  Status read(const json::Value& packages, const std::string& above, const std::string& julia) {
    for (const auto& [name, copies] : packages.items())
      if (copies.is_array())
        for (std::size_t i = 0; i < copies.size(); ++i)
          SUPPLY_TRY(add(name, copies[i], document_.span_of(pointer_to(above, name) + "/" + std::to_string(i)), julia));
    for (const auto& [from, package] : added_) SUPPLY_TRY(relate(from, *package));
    return {};
  }

 private:
  Status add(const std::string& name, const json::Value& package, const Span& span, const std::string& julia) {
    const std::string uuid = to_lower(text_in(package, "uuid")), address = text_in(package, "repo-url"),
                      path = text_in(package, "path"), tree = text_in(package, "git-tree-sha1");
    if (uuid.empty()) return wrong_at(span, "package " + quote(name) + " has no uuid");
    std::string version = text_in(package, "version");
    // A part of Julia itself, which has no other version than Julia's.
    if (version.empty() && address.empty() && path.empty() && tree.empty()) version = julia;
    SUPPLY_TRY(const std::size_t entry, out_.add(name, version, span, {{"uuid", uuid}}));
    added_.emplace_back(entry, &package);
    by_uuid_[uuid] = entry;
    by_name_.emplace(name, entry);
    out_.other_hash(entry, "git-tree-sha1", tree);
    if (!address.empty()) return out_.from_git(entry, address, text_in(package, "repo-rev"));
    if (!path.empty()) out_.from_path(entry, path);
    else out_.from_registry(entry);
    return {};
  }

  // A list of names, or a map of names to uuids where a name alone would not tell.
  Status relate(std::size_t from, const json::Value& package) {
    for (const json::Value& name : elements(package, "deps"))
      if (name.is_string())
        if (const auto to = by_name_.find(name.get<std::string>()); to != by_name_.end())
          SUPPLY_TRY(out_.depend(from, to->second));
    for (const auto& [name, uuid] : members(package, "deps").items())
      if (uuid.is_string())
        if (const auto to = by_uuid_.find(to_lower(uuid.get<std::string>())); to != by_uuid_.end())
          SUPPLY_TRY(out_.depend(from, to->second));
    return {};
  }

  const Document& document_;
  LockBuilder& out_;
  std::vector<std::pair<std::size_t, const json::Value*>> added_;
  std::map<std::string, std::size_t> by_uuid_;
  std::map<std::string, std::size_t> by_name_;
};

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_toml(text));
  const json::Value& root = document.root();
  const std::string version = text_in(root, "manifest_format");
  if (!version.empty() && !version.starts_with("1.") && !version.starts_with("2.")) return unknown_version(version);
  LockBuilder out("julia");
  if (version.starts_with("2.")) {
    if (Status status = document.check_objects({"deps"}); !status) return std::move(status).error();
    SUPPLY_TRY(Reader(document, out).read(members(root, "deps"), "/deps", text_in(root, "julia_version")));
  } else {
    // The packages are at the root.
    SUPPLY_TRY(Reader(document, out).read(root, "", text_in(root, "julia_version")));
  }
  return std::move(out).finish();
}

}  // namespace

namespace formats {
// Project.toml is no manifest here: each installed package of a depot has one, with no lock file of its own.
const Format& julia() {
  static const Format format = {"julia", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
