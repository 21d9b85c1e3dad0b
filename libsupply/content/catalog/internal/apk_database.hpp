// apk's database of installed packages. Pure functions.
// Source: apk-tools, https://wiki.alpinelinux.org/wiki/Apk_spec, "Installed Database V2".
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

/// The packages of an `installed` file, with the packages among them that they depend on. The memory of each is drawn
/// from `share` before it is made. Errors: malformed ("line 41: package \"x\": no version"); limit_exceeded.
Result<std::vector<pkg::Package>> parse_apk_installed(std::string_view text, const pkg::OperatingSystem& distribution,
                                                      Share& share);

/// Calls with each file of each package, as the database names them. Errors: those of `call`.
Status each_apk_file(std::string_view text,
                     const std::function<Status(std::string_view package, std::string_view path)>& call);

/// Calls with each file or link that has a checksum: "sha1" or "sha256" and its hex; of a link it is that of the path
/// that it leads to. Errors: those of `call`.
Status each_apk_checksum(std::string_view text,
                         const std::function<Status(std::string_view package, std::string_view path,
                                                    std::string_view algorithm, std::string_view hex)>& call);

/// Which distribution a database is of where no os-release says it: by the packages that only one has, whose version is
/// the distribution's, else by the addresses in etc/apk/repositories. Empty where nothing is known.
/// Source: aports, main/alpine-release; Wolfi's and Chainguard's baselayout packages.
pkg::OperatingSystem guess_apk_distribution(std::string_view installed, std::string_view repositories);

}  // namespace supply::catalog
