// What a snap says of itself and of Debian's packages in it. Pure functions.
// Source: Snapcraft documentation, "The snap format" (meta/snap.yaml) and "Snapcraft manifest" (snap/manifest.yaml);
// core snaps' usr/share/snappy/dpkg.yaml; snapd, overlord/snapstate/snapmgr.go (SnapState).
#pragma once

#include <string_view>
#include <vector>

#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

/// The snap of a meta/snap.yaml. Errors: malformed.
Result<pkg::Package> parse_snap_yaml(std::string_view yaml);
/// The packages of Ubuntu in a snap/manifest.yaml (`primed-stage-packages`) or a dpkg.yaml (`packages`): the list's
/// entries "name=version" or "name:arch=version". Reads lines, as those files are long and plain.
/// Errors: malformed.
Result<std::vector<pkg::Package>> parse_snap_packages(std::string_view yaml, const pkg::OperatingSystem& distribution);
/// The snaps in snapd's state.json, each in the revision that is current; no version is there.
/// Errors: malformed, limit_exceeded.
Result<std::vector<pkg::Package>> parse_snapd_state(std::string_view json);

}  // namespace supply::catalog
