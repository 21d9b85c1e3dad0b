// How many files of an image are not as their packages brought them; the document has each.
#pragma once

#include <cstddef>
#include <string>

#include "libsupply/content/pkg/inventory.hpp"

namespace supply::sbom {

struct TreeState {
  std::size_t changed = 0;
  std::size_t configuration = 0;  ///< of `changed`
  std::size_t deleted = 0;
  std::size_t unchecked = 0;  ///< their packages recorded what is no checksum, or one that Supply does not compute
  std::size_t unowned = 0;    ///< executables that no package owns
};

TreeState tree_state_of(const pkg::Inventory& inventory);
std::string to_text(const TreeState& state);

}  // namespace supply::sbom
