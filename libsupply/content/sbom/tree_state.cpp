#include "libsupply/content/sbom/tree_state.hpp"

namespace supply::sbom {

TreeState tree_state_of(const pkg::Inventory& inventory) {
  TreeState state;
  for (const pkg::ChangedFile& file : inventory.changed) {
    switch (file.kind) {
      case pkg::ChangedFile::Kind::changed:
        ++state.changed;
        if (file.configuration) ++state.configuration;
        break;
      case pkg::ChangedFile::Kind::deleted: ++state.deleted; break;
      case pkg::ChangedFile::Kind::unchecked: ++state.unchecked; break;
    }
  }
  state.unowned = inventory.unowned.size();
  return state;
}

std::string to_text(const TreeState& state) {
  return "files that are not as their packages recorded them: " + std::to_string(state.changed) + " changed (" +
         std::to_string(state.configuration) + " of them configuration), " + std::to_string(state.deleted) +
         " deleted; executables that no package owns: " + std::to_string(state.unowned);
}

}  // namespace supply::sbom
