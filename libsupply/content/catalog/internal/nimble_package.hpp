// Packages of Nim that nimble installed: a directory that it names, with nimblemeta.json and the package's own file.
// Pure functions. Source: nimble, src/nimblepkg/{tools,packagemetadatafile}.nim; README, ".nimble reference".
#pragma once

#include <optional>
#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

struct NimblePlace {
  std::string name, version;
};
/// Of ".nimble/pkgs2/NAME-VERSION-CHECKSUM/nimblemeta.json", and of "pkgs/NAME-VERSION" until nimble 0.13.
std::optional<NimblePlace> nimble_place(std::string_view path);
/// What a nimblemeta.json says besides: the repository and commit. Errors: malformed, limit_exceeded.
Result<DescribedPackage> parse_nimble_meta(std::string_view text, const NimblePlace& place);
/// Adds the licence and what is required, as NAME.nimble states them in plain text: it is a program.
void add_nimble_file(std::string_view text, DescribedPackage& package);

}  // namespace supply::catalog
