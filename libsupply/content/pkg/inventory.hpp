// What is in an image or a source tree, by whatever account: what catalogers make, SBOM formats write and read back, and
// comparisons and the gate ask. A value. No syntax of SPDX or CycloneDX is in it.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/pkg/package.hpp"

namespace supply::pkg {

/// From os-release. The id is empty when there is none.
struct OperatingSystem {
  std::string id, version_id, pretty_name;
  /// "debian-12.15", as `distro` in purls has it; empty when unknown.
  std::string label() const;
};

/// Something in the tree that holds packages, or seems to, and was not read: metadata that is damaged, a database of a
/// kind that Supply does not read. Never silently dropped: while there is one, no list of packages is complete.
struct KnownUnknown {
  std::string cataloger, path, reason;
  /// "var/lib/rpm/Packages: a database of rpm, which Supply does not read"
  std::string to_string() const { return path + ": " + reason; }
  friend auto operator<=>(const KnownUnknown&, const KnownUnknown&) = default;
};

struct Inventory {
  OperatingSystem distribution;
  std::vector<Package> packages;       ///< sorted, no duplicates
  std::vector<KnownUnknown> unknowns;  ///< sorted; at most kMaxKnownUnknowns and one that counts the others
};

}  // namespace supply::pkg
