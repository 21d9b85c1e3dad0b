// Two accounts of what is in an image, compared with each other. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/content/pkg/inventory.hpp"

namespace supply::sbom {

/// One package on which the two differ.
struct Difference {
  enum class Kind { added, removed, changed };
  Kind kind = Kind::added;
  std::string package;              ///< "pkg:deb/debian/curl", without a version
  std::vector<std::string> before;  ///< versions that only the first one has, sorted
  std::vector<std::string> after;   ///< versions that only the second one has, sorted
  friend auto operator<=>(const Difference&, const Difference&) = default;
};

struct Comparison {
  std::vector<Difference> differences;  ///< sorted by package
  std::vector<std::string>
      not_checkable;       ///< packages of kinds that Supply does not catalogue: no disagreement; sorted
  std::size_t agreed = 0;  ///< packages that both have
};

/// Whether `document` agrees with what the image holds. A package is its type, namespace, name and version: qualifiers,
/// an epoch written as one, a "v" before a Go version, and how often a package is there make no difference.
/// Packages of other types than those in `image`'s formats are not checkable. Nor is one of pkg:generic that only the
/// document has, unless a namespace says of which database it is: tools find those each in its own way.
Comparison compare_with_image(const pkg::Inventory& document, const pkg::Inventory& image);
/// The differences between two inventories, packages of any type.
Comparison compare(const pkg::Inventory& before, const pkg::Inventory& after);

/// An error for each difference, of many only the first (ListedFindings): rules "sbom/added", "sbom/removed",
/// "sbom/changed", as seen from the document. `document` names it in the place; `evidence` is its digest or empty.
std::vector<Finding> to_findings(const Comparison& comparison, std::string_view document, std::string_view evidence);

}  // namespace supply::sbom
