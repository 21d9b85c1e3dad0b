// A binary package of Conan: conaninfo.txt, and where it lies. Pure functions.
// Source: Conan documentation, "conaninfo.txt", "full_deploy"; purl-spec, types/conan-definition.json.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// NAME/VERSION@USER/CHANNEL; "_" is said for no user.
struct ConanReference {
  std::string name, version, user, channel;
};
/// Of data/NAME/VERSION/USER/CHANNEL/package/ID/conaninfo.txt (Conan 1), and full_deploy/CONTEXT/NAME/VERSION/…,
/// direct_deploy/NAME/…: the version is then empty. Nothing for any other place.
std::optional<ConanReference> conan_reference_of(std::string_view path);
/// Errors: malformed (the reference is none for a purl).
Result<DescribedPackage> parse_conan_info(std::string_view text, const ConanReference& reference);

}  // namespace supply::catalog
