// What the CI systems have in common that nobody published a build type for: a job of a pipeline, with Supply's own
// build types (guide/ci.md describes them). Pure.
#pragma once

#include "libsupply/trust/provenance/ci_system.hpp"

namespace supply::provenance {

struct CiJob {
  std::string_view system;      ///< the last part of the build type
  std::string repository = {};  ///< its address, as the system has it
  std::string commit = {}, branch = {}, tag = {};
  std::string entry_point = {};  ///< the pipeline's or job's name
  std::string builder_id = {}, invocation_id = {};
  std::map<std::string, std::string> internal = {};  ///< ids of the run; empty values are left out
  /// The variables that the above come from, for messages.
  std::string_view repository_variable = {}, commit_variable = {};
};

/// Errors: malformed, naming the variable: a commit that is none, a repository that has no address, neither branch nor
/// tag.
Result<BuildFacts> facts_of(CiJob job);

/// What the build types' URIs begin with.
inline constexpr std::string_view kOwnBuildTypes = "https://supply.invalid/buildtypes/";

}  // namespace supply::provenance
