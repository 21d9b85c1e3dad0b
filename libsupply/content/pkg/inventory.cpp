#include "libsupply/content/pkg/inventory.hpp"

namespace supply::pkg {

std::string OperatingSystem::label() const {
  if (id.empty() || version_id.empty()) return id;
  return id + "-" + version_id;
}

}  // namespace supply::pkg
