// A CI system whose environment says what a build is. Each is one file in ci_systems/.
#pragma once

#include "libsupply/trust/provenance/generate.hpp"

namespace supply::provenance {

/// What a system says, in the parts of a buildDefinition and runDetails.
struct BuildFacts {
  std::string builder_id, build_type, invocation_id;
  std::string external, internal;  ///< JSON objects
  std::string parameters_key;      ///< where in `external` --param goes
  std::string source;              ///< of the first dependency: "git+https://github.com/o/r@refs/heads/main"
  std::string commit;
  std::optional<Time> started;
  std::vector<std::string> notes;  ///< see GeneratedProvenance
};

struct CiSystem {
  std::string_view name;
  bool (*present)(const Environment& environment);
  /// Errors: malformed, naming the variable.
  Result<BuildFacts> (*read)(const Environment& environment);
};

/// All of them, by name. "generic" is none of them.
std::span<const CiSystem* const> all_ci_systems();

/// The variable's value. Errors: malformed when it is missing or empty.
Result<std::string> require(const Environment& environment, std::string_view name);
/// The variable's value, or "".
std::string value_of(const Environment& environment, std::string_view name);
/// A malformed variable; `want` says what it should be.
Error wrong_variable(std::string_view name, std::string_view value, std::string_view want);

}  // namespace supply::provenance
