// Packages of rpm: from the headers of its database, or from the list that images of Azure Linux have in its place.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/rpm_header.hpp"

namespace supply::catalog {

/// What a package provides or requires: "virtual(x) >= 1:2.0-3", a path, or "(a or b)".
struct RpmRelation {
  std::string_view name, version;
  std::uint32_t flags = 0;  ///< rpmsenseFlags
};

struct RpmPackage {
  pkg::Package package;
  std::vector<RpmRelation> provides, needs;  ///< views into the header's bytes
};

/// The package that a header describes; nothing for a public key (gpg-pubkey), which is in the database and no package.
/// What it takes is drawn from `share` before. Errors: malformed, limit_exceeded.
Result<std::optional<RpmPackage>> read_rpm_package(const RpmHeader& header, const pkg::OperatingSystem& distribution,
                                                   Licensing& licensing, Share& share);

/// What tells a header's package from the others of its database.
struct RpmIdentity {
  std::string name, version, architecture;
  friend auto operator<=>(const RpmIdentity&, const RpmIdentity&) = default;
};
RpmIdentity identity_of(const RpmHeader& header);

/// Calls with each path that a package has installed, without leading '/'; not with those that rpm left out, or that
/// another package has replaced. Errors: malformed, those of `call`.
Status each_rpm_file(const RpmHeader& header, const std::function<Status(std::string_view path)>& call);

/// What a package recorded of a regular file's content.
struct RpmChecksum {
  std::string path;            ///< without leading '/'
  std::string_view algorithm;  ///< "md5", "sha1", "sha256", …; "unknown"
  std::string_view hex;
  bool configuration = false;
};
/// Calls with each of the same files that has one; not with those that may be absent (ghost, missingok), or whose
/// content the package tells rpm not to verify. Errors: malformed, those of `call`.
Status each_rpm_checksum(const RpmHeader& header, const std::function<Status(const RpmChecksum& file)>& call);

/// /var/lib/rpmmanifest/container-manifest-2 or -1: a line for each package.
/// Source: Azure Linux, toolkit/docs/formats: rpm -qa with the fields NAME, VERSION-RELEASE, INSTALLTIME, BUILDTIME,
/// VENDOR, EPOCH, SIZE, ARCH, EPOCHNUM, SOURCERPM between tabs; or rpm -qa as it is. Errors: malformed, limit_exceeded.
Result<std::vector<pkg::Package>> parse_rpm_manifest(std::string_view text, const pkg::OperatingSystem& distribution,
                                                     Share& share);

/// The paths that packages require as files ("/usr/bin/python3"), to their owners: indexes into the packages.
using RpmPathOwners = std::map<std::string_view, std::vector<std::size_t>>;
/// Those paths, with no owners yet. Errors: limit_exceeded.
Result<RpmPathOwners> required_rpm_paths(const std::vector<RpmPackage>& packages, Share& share);
/// Fills each package's `depends` with the purls of the packages that provide what it requires; of those that differ in
/// architecture alone, the one of its own. Errors: limit_exceeded.
Status resolve_rpm_depends(std::vector<RpmPackage>& packages, const RpmPathOwners& owners, Share& share);

}  // namespace supply::catalog
