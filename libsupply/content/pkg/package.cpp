#include "libsupply/content/pkg/package.hpp"

namespace supply::pkg {

std::strong_ordering operator<=>(const Package& a, const Package& b) {
  if (const auto order = a.purl <=> b.purl; order != 0) return order;
  if (const auto order = a.name <=> b.name; order != 0) return order;
  if (const auto order = a.version <=> b.version; order != 0) return order;
  return a.location <=> b.location;
}

}  // namespace supply::pkg
