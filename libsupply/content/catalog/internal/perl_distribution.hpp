// What is known of an installed Perl distribution: its modules' versions, perllocal.pod, and the metadata that cpanm
// keeps. Pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// The version that a module's file states, where it does so in a literal; empty where not.
/// Source: ExtUtils::MM_Unix, parse_version.
std::string perl_module_version(std::string_view source);
/// The newest version of each module that was installed. Source: ExtUtils::Command::MM, perllocal_install.
std::map<std::string, std::string> parse_perllocal(std::string_view text);

/// Of .meta/NAME-VERSION: MYMETA.json or META.json, and install.json.
struct PerlMeta {
  std::string name, version;  ///< of the distribution, "Foo-Bar"
  std::string module;         ///< the main one, "Foo::Bar"
  std::string author_id;      ///< "AUTHOR" of A/AU/AUTHOR/Foo-Bar-1.2.tar.gz
  std::string supplier, homepage;
  std::vector<std::string> licenses;             ///< in SPDX's words where CPAN's are standard
  std::vector<std::string> provides, requires_;  ///< modules
};
/// Errors: malformed, limit_exceeded. Sources: CPAN::Meta::Spec; App::cpanminus, save_meta.
Result<PerlMeta> parse_perl_meta(std::string_view text);
/// "Foo::Bar" of "lib/x/auto/Foo/Bar/.packlist"; empty for any other path.
std::string module_of_packlist(std::string_view path);

}  // namespace supply::catalog
