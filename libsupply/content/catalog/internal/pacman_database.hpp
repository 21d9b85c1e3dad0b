// pacman's database of installed packages: a directory for each, whose name says which it is, with desc and files in
// it. Pure functions. Source: pacman 6, lib/libalpm/be_local.c (local_db_populate, local_db_read), lib/libalpm/util.c
// (_alpm_splitname).
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/content/catalog/internal/dpkg_database.hpp"

namespace supply::catalog {

/// Name and version in "zlib-1:1.3-2", views into it; empty where pacman finds none. What pacman lists is this: it does
/// not compare it with what desc says.
std::pair<std::string_view, std::string_view> split_pacman_name(std::string_view directory);
/// What Supply uses of a desc file: the sections that describe_pacman reads.
std::string reduce_pacman_desc(std::string_view desc);
/// A package, with what its desc says ("" where there is none). Draws nothing: the caller pays for `desc`.
/// Errors: malformed.
Result<DebPackage> describe_pacman(std::string_view directory, std::string_view desc,
                                   const pkg::OperatingSystem& distribution);
/// The paths under %FILES% that are no directories, one a line.
std::string reduce_pacman_files(std::string_view files);

}  // namespace supply::catalog
