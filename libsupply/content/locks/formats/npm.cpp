// package-lock.json and npm-shrinkwrap.json, versions 1 to 3.
// Source: docs.npmjs.com, package-lock.json; npm's Arborist (lib/shrinkwrap.js).
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/manifests.hpp"
#include "libsupply/content/locks/internal/npm_source.hpp"

namespace supply::locks {
namespace {

constexpr std::string_view kModules = "node_modules/";

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return name == "package-lock.json" || name == "npm-shrinkwrap.json";
}

bool is_set(const json::Value& value, std::string_view key) {
  const json::Value* found = json::find(value, key);
  return found != nullptr && found->is_boolean() && found->get<bool>();
}

pkg::Scope scope_of(const json::Value& value) {
  if (is_set(value, "dev")) return pkg::Scope::development;
  return is_set(value, "optional") || is_set(value, "devOptional") ? pkg::Scope::optional : pkg::Scope::runtime;
}

// Versions 2 and 3: every directory of node_modules by its path.
class Packages {
 public:
  Packages(const Document& document, LockBuilder& out) : document_(document), out_(out) {}

  Status read() {
    const json::Value& packages = members(document_.root(), "packages");
    for (const auto& [path, value] : packages.items()) SUPPLY_TRY(add(path, value));
    for (const auto& [path, value] : packages.items())
      if (const auto from = entries_.find(path); from != entries_.end()) SUPPLY_TRY(connect(path, value, from->second));
    return {};
  }

 private:
  Status add(const std::string& path, const json::Value& value) {
    const Span span = document_.span_of(pointer_to("/packages", path));
    if (!value.is_object()) return wrong_at(span, "package " + quote(path) + " is no object");
    if (is_set(value, "link")) {
      links_[path] = text_in(value, "resolved");
      return {};
    }
    const std::size_t modules = path.rfind(kModules);
    std::string name = text_in(value, "name");
    if (name.empty() && modules != std::string::npos) name = path.substr(modules + kModules.size());
    if (name.empty() && path.empty()) name = text_in(document_.root(), "name");
    if (name.empty()) name = path.empty() ? "." : base_name(path);
    SUPPLY_TRY(const std::size_t entry, out_.add(name, text_in(value, "version"), span));
    entries_[path] = entry;
    if (modules == std::string::npos) {
      out_.from_path(entry, path.empty() ? "." : path);
      out_[entry].project = path.empty();
    } else {
      out_.from_registry(entry);
      SUPPLY_TRY(say_npm_source(out_, entry, text_in(value, "resolved")));
    }
    out_[entry].scope = scope_of(value);
    out_.integrity(entry, text_in(value, "integrity"));
    return {};
  }

  // As node resolves: in the node_modules of the package itself, then in those of the directories above it.
  Result<std::optional<std::size_t>> find(std::string from, const std::string& name) {
    for (;;) {
      SUPPLY_TRY(out_.looked_up(from.size() + name.size()));
      const std::string path = (from.empty() ? from : from + "/") + std::string(kModules) + name;
      if (const auto entry = entries_.find(path); entry != entries_.end()) return std::optional(entry->second);
      if (const auto link = links_.find(path); link != links_.end()) {
        const auto entry = entries_.find(link->second);
        return entry == entries_.end() ? std::nullopt : std::optional(entry->second);
      }
      if (from.empty()) return std::optional<std::size_t>();
      const std::size_t slash = from.rfind('/');
      from = slash == std::string::npos ? std::string() : from.substr(0, slash);
    }
  }

  Status connect(const std::string& path, const json::Value& value, std::size_t from) {
    for (const char* kind : {"dependencies", "optionalDependencies", "peerDependencies", "devDependencies"})
      for (const auto& [name, range] : members(value, kind).items()) {
        SUPPLY_TRY(const auto to, find(path, name));
        if (to) SUPPLY_TRY(out_.depend(from, *to));
      }
    return {};
  }

  const Document& document_;
  LockBuilder& out_;
  std::map<std::string, std::size_t> entries_;
  std::map<std::string, std::string> links_;
};

// Version 1: dependencies within dependencies.
class Nested {
 public:
  Nested(const Document& document, LockBuilder& out) : document_(document), out_(out) {}

  Status read() {
    std::vector<const json::Value*> above = {&document_.root()};
    if (const std::string name = text_in(document_.root(), "name"); !name.empty()) {
      SUPPLY_TRY(const std::size_t own, out_.add(name, text_in(document_.root(), "version"), {}));
      out_.from_path(own, ".");
      out_[own].project = true;
    }
    SUPPLY_TRY(add_all(document_.root(), "", 0));
    return connect_all(above);
  }

 private:
  Status add_all(const json::Value& value, const std::string& top, std::size_t depth) {
    for (const auto& [name, package] : members(value, "dependencies").items()) {
      const Span span = document_.span_of(pointer_to("/dependencies", depth == 0 ? name : top));
      if (!package.is_object()) return wrong_at(span, "package " + quote(name) + " is no object");
      std::string version = text_in(package, "version"), real = name, address = text_in(package, "resolved");
      if (version.starts_with("npm:"))
        std::tie(real, version) = npm_name_and_range(std::string_view(version).substr(4));
      else if (version.find(':') != std::string::npos) address = std::exchange(version, "");
      SUPPLY_TRY(const std::size_t entry, out_.add(real, version, span));
      entries_[&package] = entry;
      out_.from_registry(entry);
      SUPPLY_TRY(say_npm_source(out_, entry, address));
      out_[entry].scope = scope_of(package);
      out_.integrity(entry, text_in(package, "integrity"));
      SUPPLY_TRY(add_all(package, depth == 0 ? name : top, depth + 1));
    }
    return {};
  }

  Status connect_all(std::vector<const json::Value*>& above) {
    for (const auto& [name, package] : members(*above.back(), "dependencies").items()) {
      above.push_back(&package);
      for (const auto& [wanted, range] : members(package, "requires").items())
        for (auto scope = above.rbegin(); scope != above.rend(); ++scope) {
          SUPPLY_TRY(out_.looked_up(wanted.size()));
          const json::Value* found = json::find(members(**scope, "dependencies"), wanted);
          if (found == nullptr) continue;
          SUPPLY_TRY(out_.depend(entries_.at(&package), entries_.at(found)));
          break;
        }
      SUPPLY_TRY(connect_all(above));
      above.pop_back();
    }
    return {};
  }

  const Document& document_;
  LockBuilder& out_;
  std::map<const json::Value*, std::size_t> entries_;
};

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"packages", "dependencies"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "lockfileVersion");
  if (version == nullptr || !version->is_number_integer())
    return wrong_at(document.span_of("/lockfileVersion"), "no lockfileVersion");
  const auto number = version->get<std::int64_t>();
  if (number < 1 || number > 3) return unknown_version(std::to_string(number));
  LockBuilder out("npm");
  // npm reads a lock without `packages` as one of version 1, whatever version it says.
  const bool nested = number == 1 || json::find(document.root(), "packages") == nullptr;
  SUPPLY_TRY(nested ? Nested(document, out).read() : Packages(document, out).read());
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& npm() {
  static const Format format = {"npm", matches, read, javascript_manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
