// Portage's database of installed packages (the VDB): a directory for each, whose name says which it is, and a file for
// each thing that is known of it. Pure functions.
// Source: Package Manager Specification 8, chapters 2 (names), 3 (versions), 8 (dependencies) and 14; portage 3,
// lib/portage/versions.py (_pkgsplit), lib/portage/dbapi/vartree.py (cpv_all, dblink.getcontents).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/content/catalog/internal/dpkg_database.hpp"

namespace supply::catalog {

/// Whether Portage takes a directory for a category ("sys-libs").
bool is_portage_category(std::string_view name);
/// Name and version in "zlib-1.3-r2", views into it; empty where Portage finds none.
std::pair<std::string_view, std::string_view> split_portage_name(std::string_view directory);

/// A package, with what the files of its directory say (by name: LICENSE, RDEPEND, USE, …; those that are not there are
/// as empty ones). Conditions on USE flags are decided by USE; without it all are taken. Draws nothing: the caller pays
/// for the files. Errors: malformed.
Result<DebPackage> describe_portage(std::string_view category, std::string_view directory,
                                    const std::map<std::string, std::string_view>& files,
                                    const pkg::OperatingSystem& distribution);
/// The paths of files and links in CONTENTS, one a line.
std::string reduce_portage_contents(std::string_view contents);

}  // namespace supply::catalog
