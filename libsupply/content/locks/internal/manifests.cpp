#include "libsupply/content/locks/internal/manifests.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/toml/toml.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool declares_npm(std::string_view text) {
  constexpr std::string_view kMembers[] = {"dependencies", "devDependencies", "optionalDependencies",
                                           "peerDependencies"};
  return json_declares(text, kMembers);
}

// Source: packaging.python.org, "pyproject.toml specification" and "Dependency Groups"; python-poetry.org,
// "The pyproject.toml file".
bool declares_pyproject(std::string_view text) {
  const auto document = toml::Document::parse(text);
  if (!document) return true;
  const json::Value& project = members(document->root(), "project");
  for (const json::Value& member : elements(project, "dynamic"))
    if (member == "dependencies" || member == "optional-dependencies") return true;
  if (!elements(project, "dependencies").empty() || !members(project, "optional-dependencies").empty() ||
      !members(document->root(), "dependency-groups").empty())
    return true;
  const json::Value& poetry = members(members(document->root(), "tool"), "poetry");
  for (const auto& [name, wanted] : members(poetry, "dependencies").items())
    if (name != "python") return true;
  return !members(poetry, "group").empty() || !members(poetry, "dev-dependencies").empty();
}

bool declares_setup(std::string_view text) { return text.find("install_requires") != std::string_view::npos; }

}  // namespace

std::span<const Manifest> javascript_manifests() {
  static constexpr Manifest kManifests[] = {{"package.json", declares_npm}};
  return kManifests;
}

std::span<const Manifest> python_manifests() {
  static constexpr Manifest kManifests[] = {
      {"pyproject.toml", declares_pyproject}, {"setup.py", declares_setup}, {"setup.cfg", declares_setup}};
  return kManifests;
}

bool json_declares(std::string_view text, std::span<const std::string_view> names) {
  const auto root = json::parse(text);
  if (!root || !root->is_object()) return true;
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return !members(*root, name).empty(); });
}

}  // namespace supply::locks
