// The manifests of several lock formats: whether one asks for packages. What cannot be read does.
#pragma once

#include <span>
#include <string_view>

#include "libsupply/content/locks/format.hpp"

namespace supply::locks {

/// package.json: of npm, pnpm, Yarn and bun.
std::span<const Manifest> javascript_manifests();
/// pyproject.toml, setup.py, setup.cfg: of all lock files of Python.
std::span<const Manifest> python_manifests();
/// Whether an object of JSON has one of these members, and it is not empty.
bool json_declares(std::string_view text, std::span<const std::string_view> names);

}  // namespace supply::locks
