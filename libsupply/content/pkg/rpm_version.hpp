// Versions as rpm compares them. Pure functions.
// Source: rpm, docs/manual/dependencies.md, "Versioning"; rpmio/rpmvercmp.c, lib/rpmvercmp.c.
#pragma once

#include <string_view>

namespace supply::pkg {

/// Less than, equal to or greater than 0. Of a version or a release alone.
int compare_rpm_versions(std::string_view a, std::string_view b);

/// "2:3.4~rc1-5.el9". Views into the text that it was read from.
struct RpmEvr {
  std::string_view epoch, version, release;  ///< each may be empty
  static RpmEvr parse(std::string_view text);
};
/// An epoch that is not there is 0; a release counts when both have one.
int compare(const RpmEvr& a, const RpmEvr& b);

}  // namespace supply::pkg
