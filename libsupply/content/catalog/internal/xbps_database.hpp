// xbps's database of installed packages: property lists in XML, as proplib writes them. Pure functions.
// Source: xbps, lib/pkgdb.c, lib/package_state.c, include/xbps.h.in (properties); proplib, prop_object.c.
#pragma once

#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/dpkg_database.hpp"

namespace supply::catalog {

/// The packages of a pkgdb-*.plist, without their edges resolved. The memory of each is drawn from `share` before it is
/// made. Errors: malformed ("byte 17: …"); limit_exceeded.
Result<std::vector<DebPackage>> parse_xbps_database(std::string_view plist, const pkg::OperatingSystem& distribution,
                                                    Share& share);
/// The paths of files and links in a package's .NAME-files.plist, one a line; of one that is damaged those before that.
std::string reduce_xbps_files(std::string_view plist);

}  // namespace supply::catalog
