// What somebody else's document says of a package beside what an Inventory has: kept for conversions, and no more.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/pkg/inventory.hpp"

namespace supply::sbom {

/// An address that a document has of a package: "vcs", "issue-tracker", "maven-central", as the document names its
/// kind.
struct ExternalReference {
  std::string type, url;
  friend auto operator<=>(const ExternalReference&, const ExternalReference&) = default;
};

struct PackageDetails {
  std::string producer = {};           ///< who made it, where that is not said of the supplier
  std::string description = {};        ///< in some lines
  std::string download_location = {};  ///< of what is installed, or where it can be checked out
  std::string file_name = {};          ///< of the file that is deployed
  std::string group = {};    ///< before the name, and ':' (Maven's) or '/' behind it: a part of the package's name
  std::string purpose = {};  ///< as CycloneDX names types ("application", "firmware"); empty: a library
  std::vector<ExternalReference> references = {};  ///< sorted
  bool is_subject = false;                         ///< the document is about it, beside all that it has
};

/// Of the value and its texts, in bytes.
std::uint64_t memory_of(const PackageDetails& details);
/// Sorts the packages, as an Inventory has them, and each one's details with it; of equal ones the order stays.
void sort_packages(std::vector<pkg::Package>& packages, std::vector<PackageDetails>& details);
/// Those of the package at that index; none where `all` is null or has none.
const PackageDetails& details_at(const std::vector<PackageDetails>* all, std::size_t index);

}  // namespace supply::sbom
