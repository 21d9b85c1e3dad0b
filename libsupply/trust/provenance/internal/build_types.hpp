// What a build type calls its source and its parameters. Unknown ones are read with care: each member that can name a
// source does.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

/// What a build type is of.
enum class Family {
  unknown,
  github,
  github_generator,
  container_based,
  gitlab,
  cloud_build,
  buildkit,
  tekton,
  buildkite,
  own,  ///< Supply's, for CI systems that published none
};
Family family_of(std::string_view build_type);
/// The external parameters that its build type does not define, by name, sorted; of an unknown build type all but those
/// that name its source. Where a build type leaves the names to its user (Tekton's parameters, GitLab's variables,
/// inputs of a workflow) they are none of these.
std::vector<std::string> unknown_parameters(const Provenance& provenance);

/// Fills in sources and contradiction of `out`, which holds the rest of `predicate`, by the build type.
/// Errors: malformed, for a member that names a source and is not of its form.
Status find_sources(const nlohmann::json& predicate, Provenance& out);

}  // namespace supply::provenance
