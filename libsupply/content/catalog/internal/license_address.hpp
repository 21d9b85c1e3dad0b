// Licences that metadata name by the address of their text. Pure.
// Source: SPDX License List, the seeAlso addresses; those that manifests of OSGi bundles use most.
#pragma once

#include <string_view>

namespace supply::catalog {

/// The SPDX identifier of the licence at an address, or "" for one that is not known. Scheme, "www.", case, and the end
/// of a file name (".txt", ".html", ".php", "/") make no difference. Static storage.
std::string_view license_at(std::string_view address);

}  // namespace supply::catalog
