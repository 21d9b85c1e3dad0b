// opkg's database of installed packages: a status file, and beside it a control file and a list of paths for each
// package. Pure functions.
// Source: opkg, libopkg/pkg_parse.c (pkg_parse_line), libopkg/pkg.c (pkg_state_status_map, pkg_get_installed_files).
#pragma once

#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/dpkg_database.hpp"

namespace supply::catalog {

struct OpkgStatus {
  std::vector<DebPackage> packages;  ///< those that are there; without a purl
  std::vector<std::string> faults;   ///< of stanzas that opkg passes over: "line 41: package \"x\": …"
};

/// The packages that a status file has as more than known: what was removed (config-files) or never installed is left
/// out. opkg reads every file, so that nothing is malformed. The memory of each package is drawn from `share` before it
/// is made. Errors: limit_exceeded.
Result<OpkgStatus> parse_opkg_status(std::string_view text, Share& share);
/// What Supply uses of a control file, in the same form: a package's supplier, licence, homepage and source.
std::string reduce_opkg_control(std::string_view control);
/// Adds what a control file says to its package, which may have said it itself, and makes its purl.
/// Errors: malformed.
Status describe_opkg(std::string_view control, const pkg::OperatingSystem& distribution, pkg::Package& package);
/// Paths in an info/*.list file, as it has them: absolute, or without leading '/'.
std::vector<std::string_view> parse_opkg_list(std::string_view text);

}  // namespace supply::catalog
