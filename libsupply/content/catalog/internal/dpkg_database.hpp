// dpkg's database of installed packages. Pure functions.
// Source: deb822(5), dpkg-query(1), Debian policy chapter 5.
#pragma once

#include <string_view>
#include <vector>

#include "libsupply/base/deb822/deb822.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

/// One installed package, and the names that its relationships speak of.
struct DebPackage {
  pkg::Package package;
  std::vector<std::vector<std::string>> depends;  ///< Pre-Depends and Depends: alternatives, first choice first
  std::vector<std::string> provides;
  /// unsaid: without a Status, which dpkg takes for not installed.
  enum class State { there, half_there, removed, not_installed, unsaid };
  State state = State::there;
  bool multi_arch_same = false;
};

/// What is made of a stanza: the purl, name, version, architecture, source and state; or what it says beside that.
enum class DpkgParts { identity, all };

/// Every stanza of a database's file, as strictly as who reads it, whatever `parts` are asked for: what dpkg refuses is
/// malformed here. The memory of each package is drawn from `share` before it is made.
/// Errors: malformed ("line 41: package \"x\": no Version"); limit_exceeded.
Result<std::vector<DebPackage>> parse_dpkg_stanzas(std::string_view text, const pkg::OperatingSystem& distribution,
                                                   deb822::Strictness strictness, Share& share,
                                                   DpkgParts parts = DpkgParts::all);
/// The packages of a status file, or of a file in status.d, that are there: what was removed (config-files) or never
/// installed is left out. Errors: as parse_dpkg_stanzas.
Result<std::vector<DebPackage>> parse_dpkg_status(std::string_view text, const pkg::OperatingSystem& distribution,
                                                  Share& share);
/// What dpkg's journal says takes the place of what was in `packages`. Packages that are not there go.
/// Errors: malformed (a package twice in the database).
Status settle_dpkg(std::vector<DebPackage>& packages, std::vector<DebPackage> journal);
/// Paths in an info/*.list file, or in an *.md5sums file, without leading '/'.
std::vector<std::string_view> parse_dpkg_list(std::string_view text);
std::vector<std::string_view> parse_dpkg_md5sums(std::string_view text);
/// "Jo Doe <jo@example.org>" as SPDX has it; a name that speaks of several is an organization. Empty for empty.
std::string maintainer_as_supplier(std::string_view maintainer);

/// Fills each package's `depends` with the purls of the packages that its names lead to: the first alternative that is
/// there, by name or provided. Errors: limit_exceeded.
Status resolve_depends(std::vector<DebPackage>& packages, Share& share);

}  // namespace supply::catalog
