#include "libsupply/content/pkg/package.hpp"

namespace supply::pkg {

std::strong_ordering operator<=>(const Package& a, const Package& b) {
  if (const auto order = a.purl <=> b.purl; order != 0) return order;
  if (const auto order = a.name <=> b.name; order != 0) return order;
  if (const auto order = a.version <=> b.version; order != 0) return order;
  if (const auto order = a.location <=> b.location; order != 0) return order;
  return a.origin <=> b.origin;
}

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::unknown: return "";
    case Scope::runtime: return "runtime";
    case Scope::optional: return "optional";
    case Scope::development: return "development";
  }
  return "";
}

std::string_view type_of(const Package& package) {
  return package.purl.empty() ? std::string_view(package.shown_type) : package.purl.parts().type;
}

std::string reference_of(const Package& package) {
  if (!package.purl.empty()) return package.purl.to_string();
  return package.version.empty() ? package.name : package.name + "@" + package.version;
}

std::string_view license_of(const Package& package) {
  return package.declared_license.empty() ? package.concluded_license : package.declared_license;
}

}  // namespace supply::pkg
