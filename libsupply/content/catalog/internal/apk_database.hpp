// apk's database of installed packages. Pure functions.
// Source: apk-tools, https://wiki.alpinelinux.org/wiki/Apk_spec, "Installed Database V2".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

/// The packages of an `installed` file, with the packages among them that they depend on. The memory of each is drawn
/// from `share` before it is made. Errors: malformed ("line 41: package \"x\": no version"); limit_exceeded.
Result<std::vector<pkg::Package>> parse_apk_installed(std::string_view text, const pkg::OperatingSystem& distribution,
                                                      Share& share);

/// A file or link of a package, as the database has it.
struct ApkFile {
  std::string_view package, path;
  std::string_view checksum;  ///< as written; empty: none. Of a link it is that of the path that it leads to.
};
/// Calls with each file of each package. Errors: those of `call`.
Status each_apk_file(std::string_view text, const std::function<Status(const ApkFile& file)>& call);

struct ApkChecksum {
  std::string_view algorithm;  ///< "sha1", "sha256", "md5"; "unknown" where it has none of apk's forms
  std::string hex;             ///< then the text as written
};
/// Source: apk-tools, src/blob.c, apk_blob_pull_csum: "Q1" and "Q2" are SHA-1 and SHA-256 in base64, else it is MD5 in
/// hex.
ApkChecksum parse_apk_checksum(std::string_view text);

/// Which distribution a database is of where no os-release says it: by the packages that only one has, whose version is
/// the distribution's, else by the addresses in etc/apk/repositories. Empty where nothing is known.
/// Source: aports, main/alpine-release; Wolfi's and Chainguard's baselayout packages.
pkg::OperatingSystem guess_apk_distribution(std::string_view installed, std::string_view repositories);

}  // namespace supply::catalog
