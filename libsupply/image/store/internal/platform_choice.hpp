// Which entries of one index runtimes may take for a platform.
//
// - containerd (core/images/image.go Manifest, platforms/compare.go platformVector): the entries whose platform is in
// an
//   ordered list of what the machine runs, best first and the first of equals, then entries without a platform whose
//   config matches. Names are normalised (x86_64 is amd64). A nested index whose platform matches is walked; versions
//   differ in whether they go on to other entries where it holds nothing. The list of versions before v1.7.14 knows no
//   arm64/v9 that runs v8.
// - Docker's own store (moby distribution/pull_v2_unix.go filterManifests): as containerd; for arm also what the list
// does
//   not have. Entries without a platform never.
// - podman, buildah, skopeo (containers/image internal/manifest/oci_index.go chooseInstance, internal/pkg/platform
//   WantedPlatforms): the entries whose platform is equal, name for name, to the first of an ordered list that any has;
//   then entries without a platform, whatever their configs say. Of equals the first, or since v5.29 the first that is
//   marked as zstd, or the first that is not. The lists differ with the version (v8 of arm, amd64's variants).
#pragma once

#include <optional>
#include <vector>

#include "libsupply/image/oci/platform.hpp"

namespace supply::store::internal {

/// An entry of an index, as far as runtimes choose by it.
struct Choice {
  std::optional<oci::Platform> platform;  ///< the index's word
  std::optional<oci::Platform> config;    ///< of an entry without one that is a manifest: its config's
  bool is_index = false;
  bool is_zstd = false;  ///< annotated as such
};

enum class Taken {
  no,
  for_it,   ///< it may be for the platform itself
  instead,  ///< some runtime takes it where its own rule finds nothing better: 386 for amd64, arm for arm64, an entry
            ///< without a platform whatever its config says
};

/// For each entry, whether a runtime may take it. A platform without a variant stands for machines of any variant: all
/// that may serve one of them may be taken then. What is not said, or cannot be compared, may serve.
std::vector<Taken> taken(const std::vector<Choice>& entries, const oci::Platform& wanted);

}  // namespace supply::store::internal
