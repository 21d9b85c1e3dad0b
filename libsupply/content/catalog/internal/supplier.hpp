// Who supplies a package whose metadata names nobody. Pure function.
#pragma once

#include <string>

#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

/// "Organization: …" by what is known of the package beside its author: its distribution, the namespace that its
/// registry gave it (a Go module's repository, a Maven group, an npm scope, a Composer vendor), the vendor in its CPE,
/// the owner of its source repository, or the host of its homepage. Empty where nothing of that is known. Source: NTIA,
/// "The Minimum Elements For a SBOM" (2021), supplier name: "The name of an entity that creates, defines, and
/// identifies components".
std::string supplier_by_origin(const pkg::Package& package, const pkg::OperatingSystem& distribution);

}  // namespace supply::catalog
