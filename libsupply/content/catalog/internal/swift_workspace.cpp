#include "libsupply/content/catalog/internal/swift_workspace.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

constexpr std::int64_t kNewestVersion = 7;

// "github.com/apple/swift-log" of "https://github.com/apple/swift-log.git" and "git@github.com:apple/swift-log"; empty
// of a path on the machine that built it.
std::string repository_of(std::string_view location) {
  if (const std::size_t scheme = location.find("://"); scheme != std::string_view::npos) {
    if (location.starts_with("file:")) return {};
    location.remove_prefix(scheme + 3);
    const std::string_view authority = location.substr(0, location.find('/'));
    if (const std::size_t user = authority.rfind('@'); user != std::string_view::npos) location.remove_prefix(user + 1);
  } else {
    const std::size_t colon = location.find(':'), slash = location.find('/');
    if (colon == std::string_view::npos || slash < colon) return {};
    std::string out(location.substr(location.find('@') < colon ? location.find('@') + 1 : 0));
    out[out.find(':')] = '/';
    return repository_of("ssh://" + out);
  }
  std::string out(location);
  while (out.ends_with('/')) out.pop_back();
  if (out.ends_with(".git")) out.resize(out.size() - 4);
  const std::size_t port = out.find(':');
  if (port != std::string::npos && port < out.find('/')) out.erase(port, out.find('/') - port);
  return out;
}

// Source: purl-spec, types/swift-definition.json: the namespace is the host and the owner. A package of a registry is
// SCOPE.NAME. What lies at a path has no such identity and is a generic one.
Status set_purl(std::string_view location, std::string_view identity, bool from_registry, pkg::Package& package) {
  pkg::PurlParts parts{"swift", "", package.name, package.version, {}, ""};
  if (from_registry) {
    const std::size_t dot = identity.find('.');
    if (dot == std::string_view::npos) return Error(ErrorCode::malformed, "identity " + quote(identity));
    parts.name_space = identity.substr(0, dot);
    parts.name = identity.substr(dot + 1);
  } else if (const std::string repository = repository_of(location); repository.find('/') != std::string::npos) {
    parts.name_space = directory_of(repository);
    parts.name = base_name(repository);
  } else {
    parts.type = "generic";
  }
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  return {};
}

Result<SwiftDependency> read_one(const json::Value& dependency) {
  const json::Value& reference = part_of(dependency, "packageRef");
  const json::Value& state = part_of(dependency, "state");
  const json::Value& checkout = part_of(state, "checkoutState");
  SwiftDependency out;
  pkg::Package& package = out.described.package;
  std::string location = text_of(reference, "location");
  if (location.empty()) location = text_of(reference, "path");  // until version 4
  const std::string kind = text_of(reference, "kind"), state_name = text_of(state, "name");
  const std::string identity = text_of(reference, "identity");
  package.name = text_of(reference, "name");
  if (package.name.empty()) package.name = identity;
  if (package.name.empty()) return Error(ErrorCode::malformed, "a dependency without a name");
  package.version = text_of(checkout, "version");
  if (package.version.empty()) package.version = text_of(state, "version");  // of a registry
  // Of a branch or a commit the commit is what is there.
  if (package.version.empty()) package.version = text_of(checkout, "revision");
  const bool from_registry = kind == "registry" || state_name == "registryDownload";
  const bool local =
      kind == "local" || kind == "fileSystem" || kind == "root" || state_name == "local" || state_name == "fileSystem";
  const std::string subpath = text_of(dependency, "subpath");
  if (state_name == "edited" || state_name == "local" || state_name == "fileSystem") {
    out.directory = text_of(state, "path");
    if (out.directory.empty()) out.directory = local ? location : "../Packages/" + subpath;
  } else if (local) {
    out.directory = location;
  } else if (!subpath.empty()) {
    out.directory = (from_registry ? "registry/downloads/" : "checkouts/") + subpath;
  }
  SUPPLY_TRY(set_purl(local ? std::string() : location, identity, from_registry, package));
  out.described.key = identity.empty() ? to_lower(package.name) : identity;
  return out;
}

}  // namespace

Result<std::vector<SwiftDependency>> parse_swift_workspace(std::string_view text) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  SUPPLY_TRY(const std::int64_t version, json::require_integer(root, "version"));
  if (version < 1 || version > kNewestVersion)
    return Error(ErrorCode::unsupported, "version " + std::to_string(version) + ": want 1 to 7");
  const json::Value& dependencies = part_of(part_of(root, "object"), "dependencies");
  if (!dependencies.is_array()) return Error(ErrorCode::malformed, "no list of dependencies");
  std::vector<SwiftDependency> out;
  for (const json::Value& dependency : dependencies) {
    SUPPLY_TRY(SwiftDependency one, read_one(dependency));
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace supply::catalog
