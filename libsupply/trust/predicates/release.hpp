// Which release of a package an artifact is, as its registry says. Source: in-toto/attestation,
// spec/predicates/release.md; npm/attestation, specs/publish/v0.1.
#pragma once

#include <string>
#include <string_view>

namespace supply::predicates {

inline constexpr std::string_view kNpmPublishType = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1";

struct Release {
  std::string purl = {};        ///< with a version; of npm's publish attestations the subject has it, and this is empty
  std::string package_id = {};  ///< releaseId in v0.1
  /// Of npm's publish attestations, where they are required; else empty.
  std::string name = {}, version = {}, registry = {};
};

}  // namespace supply::predicates
