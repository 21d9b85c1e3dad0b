// A source's tag as a version. Pure. Source: semver.org 2.0.0, sections 2, 9, 10 and 11, with Go's "v" and short forms.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::provenance {

/// "v1", "v1.2" or "v1.2.3-rc.1+build". A prerelease and a build are only behind three numbers.
struct VersionTag {
  std::string numbers[3] = {};  ///< major, minor, patch; empty where a short form has none
  std::string prerelease = {};

  /// Errors: malformed, saying what it is not.
  static Result<VersionTag> parse(std::string_view tag);
  /// Whether `tag` is the version that this names, or one under it ("v1.2.3" under "v1"). A short form of `tag` has
  /// zeros. A prerelease is only what is named with it: "v1.0.0-alpha" is before 1.0.0, so nothing of "v1". Builds do
  /// not count.
  bool covers(const VersionTag& tag) const;
};

}  // namespace supply::provenance
