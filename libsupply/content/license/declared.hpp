// What a package says of its licence, turned into an SPDX expression without inventing anything: what is not surely an
// SPDX licence becomes a LicenseRef whose text is what the package says.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/content/license/expression.hpp"

namespace supply::license {

struct Declared {
  Expression expression;                     ///< empty: nothing was said
  std::map<std::string, std::string> texts;  ///< each LicenseRef in the expression, and what it stands for
  /// The LicenseRefs that stand for text which is no licence expression: nobody knows what they allow. The others are
  /// names that the package itself gives to a licence.
  std::set<std::string> unread;
};

/// One licence field of an npm, Python, Alpine or Go package, or one short name of Debian's: an SPDX expression with
/// the ecosystems' spellings ("Expat", "GPL-2+", "Apache License, Version 2.0", "MIT/X11"), a list separated by spaces
/// as old Alpine packages have it, or a whole licence text.
Declared from_text(std::string_view text);
/// What from_text costs, in steps of a budget (Cost::steps).
std::uint64_t steps_to_read(std::string_view text);
/// Whether a text of any number of lines names a licence that the pattern (of SPDX identifiers) matches. Looks at its
/// first kMaxLicenseSynopsisBytes.
bool text_names(std::string_view text, std::string_view pattern);
/// Patterns of the families of licences that ask for something in return and that the text names.
std::vector<std::string_view> demanding_families(std::string_view text);
/// Whether a text speaks of such a family that is not among the declared licences.
bool speaks_of_others(std::string_view text, const Declared& declared);
/// Python's trove classifiers ("License :: OSI Approved :: MIT License"); others are ignored.
Declared from_classifiers(const std::vector<std::string>& classifiers);
/// All of them apply.
Declared all_of(std::vector<Declared> parts);
/// One of them applies, at the user's choice.
Declared any_of(std::vector<Declared> parts);
enum class Meaning { named, unread };
/// A LicenseRef named after `name`, standing for `text`.
Declared reference(std::string_view name, std::string_view text, Meaning meaning);

/// A short name or a list of them as Debian writes it ("GPL-2+ or Artistic, and Expat").
/// Source: copyright-format 1.0, "License specification".
Declared from_synopsis(std::string_view text);
/// A file /usr/share/doc/*/copyright: machine-readable (every Files paragraph counts), else the common licences that it
/// points to. Never fails: a file that says nothing that is understood gives the empty expression.
/// Source: Debian's "Machine-readable debian/copyright file" 1.0; policy 12.5.
Declared from_debian_copyright(std::string_view text);

/// For the layers' facts: a text form, and back. Errors: malformed.
std::string to_record(const Declared& declared);
Result<Declared> from_record(std::string_view record);

}  // namespace supply::license
