#include "libsupply/image/oci/image_name.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::oci {

Result<Reference> parse_image_name(std::string_view name) {
  const bool is_short = name.find('/') == std::string_view::npos;
  SUPPLY_TRY(Reference reference, Reference::parse(is_short ? "docker.io/library/" + std::string(name) : name));
  if (reference.kind() != Reference::Kind::registry)
    return Error(ErrorCode::usage, "image reference " + quote(name) + ": names no image of a registry");
  return reference;
}

std::string full_name(std::string_view name) {
  const auto reference = parse_image_name(name);
  return reference ? reference->to_string() : std::string();
}

std::string_view tag_of(std::string_view name) {
  name = name.substr(0, name.find('@'));
  const std::size_t colon = name.rfind(':');
  if (colon == std::string_view::npos || name.find('/', colon) != std::string_view::npos) return {};
  return name.substr(colon + 1);
}

}  // namespace supply::oci
