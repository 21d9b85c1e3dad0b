// Packages that Swift's package manager checked out: .build/workspace-state.json. Pure functions.
// Source: swift-package-manager, Sources/Workspace/Workspace+State.swift (versions 1 to 7 of the file).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

struct SwiftDependency {
  DescribedPackage described;
  /// Where its sources are, below the directory of the file: "checkouts/swift-log"; an absolute path, with '/', of a
  /// package that lies elsewhere.
  std::string directory;
};

/// Errors: malformed, unsupported (a version of the file that nobody has written yet), limit_exceeded.
Result<std::vector<SwiftDependency>> parse_swift_workspace(std::string_view text);

}  // namespace supply::catalog
