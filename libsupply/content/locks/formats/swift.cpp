// Package.resolved, versions 1 to 3. Source: swift-package-manager, Sources/PackageGraph/ResolvedPackagesStore.swift;
// purl-spec, types/swift-definition.json: the namespace is the host and the owner.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) {
  return base_name(path) == "Package.resolved" || base_name(path) == ".package.resolved";
}

// "github.com/apple/swift-nio" of "https://github.com/apple/swift-nio.git" and of "git@github.com:apple/swift-nio".
std::string name_of(std::string_view location) {
  if (const std::size_t scheme = location.find("://"); scheme != std::string_view::npos)
    location.remove_prefix(scheme + 3);
  if (const std::size_t user = location.find('@'); user != std::string_view::npos && user < location.find('/'))
    location.remove_prefix(user + 1);
  std::string out(location);
  while (out.ends_with('/')) out.pop_back();
  if (out.ends_with(".git")) out.resize(out.size() - 4);
  if (const std::size_t colon = out.find(':'); colon != std::string::npos && colon < out.find('/')) out[colon] = '/';
  return out;
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_arrays({"pins"}); !status) return std::move(status).error();
  if (Status status = document.check_objects({"object"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "version");
  if (version == nullptr) return wrong_at({}, "no version of the format");
  if (*version != 1 && *version != 2 && *version != 3) return unknown_version(version->dump());
  const bool first = *version == 1;
  LockBuilder out("swift");
  const json::Value& pins = elements(first ? members(document.root(), "object") : document.root(), "pins");
  for (std::size_t i = 0; i < pins.size(); ++i) {
    const Span span = document.span_of((first ? "/object/pins/" : "/pins/") + std::to_string(i));
    const std::string location = text_in(pins[i], first ? "repositoryURL" : "location"),
                      identity = text_in(pins[i], first ? "package" : "identity"), kind = text_in(pins[i], "kind");
    const json::Value& state = members(pins[i], "state");
    if (identity.empty() && location.empty()) return wrong_at(span, "a pin without a name");
    const std::string commit = text_in(state, "revision");
    // Of a registry the identity is "scope.name"; of a path on one's own disk nobody else knows the name.
    std::string name = kind == "registry" ? identity : name_of(location);
    if (const std::size_t dot = name.find('.'); kind == "registry" && dot != std::string::npos) name[dot] = '/';
    if (name.find('/') == std::string::npos || name.starts_with('/') || kind == "localSourceControl") {
      out.unread(span, "pin " + quote(identity) + " is of a path on somebody's disk");
      continue;
    }
    SUPPLY_TRY(const std::size_t entry, out.add(name, text_in(state, "version"), span));
    if (kind == "registry") out.from_registry(entry, location);
    else SUPPLY_TRY(out.from_git(entry, location, commit.empty() ? text_in(state, "branch") : commit));
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find(".package(") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"Package.swift", declares}};

}  // namespace

namespace formats {
const Format& swift() {
  static const Format format = {"swift", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
