// apk's database of installed packages. Pure functions.
// Source: apk-tools, https://wiki.alpinelinux.org/wiki/Apk_spec, "Installed Database V2".
#pragma once

#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

/// The packages of an `installed` file, with their files (as the database names them) and the packages among them that
/// they depend on. The memory of each is drawn from `share` before it is made.
/// Errors: malformed ("line 41: package \"x\": no version"); limit_exceeded.
Result<std::vector<pkg::Package>> parse_apk_installed(std::string_view text, const Distribution& distribution,
                                                      Share& share);

}  // namespace supply::catalog
