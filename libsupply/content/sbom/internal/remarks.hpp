// What a document says of an image beside its packages and relationships, in lines, whatever its format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/pkg/inventory.hpp"

namespace supply::sbom {

struct Remark {
  std::string_view name;   ///< "changedFile", of a property
  std::string_view words;  ///< "changed file", of a text
  std::string text;
};

/// Of layers that introduced packages, the instruction that made each; files that are not as their packages recorded
/// them; executables that nobody owns; SBOMs that lie in the image.
std::vector<Remark> remarks_of(const pkg::Inventory& catalog);

/// The digest of the layer that introduced a package, or empty.
std::string introduced_by(const pkg::Package& package, const pkg::Inventory& catalog);

}  // namespace supply::sbom
